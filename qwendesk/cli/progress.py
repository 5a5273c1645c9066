"""The progress of a download: a bar on a terminal, a line per event elsewhere, or lines of JSON."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from qwendesk.api.problem import Note, Problem
from qwendesk.api.words import N_
from qwendesk.cli.terminal import Paper, harmless
from qwendesk.models.downloads.pull import Pull, PulledFile
from qwendesk.words import _, figures
from qwendesk.words.problems import word

if TYPE_CHECKING:
    from qwendesk.app import App

_LOOK_S, _LINE_S = 0.2, 1.0
_BAR = 24


class Progress:
    """Shows a pull as it goes. People's lines go to stderr, JSON to stdout."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._paper = Paper()
        self._said: set[tuple[int, str]] = set()
        self._shown = 0.0

    def show(self, pull: Pull) -> None:
        """The state now; what is new since the last time is said once."""
        for file in pull.files:
            self._events(file)
        if self._as_json:
            if (now := time.monotonic()) - self._shown >= _LINE_S:
                self._shown = now
                self._line("progress", **_figures(pull))
        else:
            self._paper.status(bar(pull, shutil.get_terminal_size().columns))

    def wait(self) -> None:
        time.sleep(_LOOK_S)

    def stop(self) -> None:
        """Leave the bar as it stands."""
        self._paper.status("")

    def done(self, pull: Pull) -> None:
        """Where the files are."""
        self.stop()
        paths = [str(pull.folder.joinpath(*one.remote.path.split("/"))) for one in pull.files]
        if self._as_json:
            self._line("done", **_figures(pull), folder=str(pull.folder), files=paths)
            return
        for path in paths:
            click.echo(harmless(path))

    def _events(self, file: PulledFile) -> None:
        if file.state in ("running", "done", "failed") and self._new(file, file.state):
            if self._as_json:
                self._line(
                    file.state, file=file.remote.path, size=file.remote.size, sha256=file.remote.sha256
                )
            elif file.state == "done" or not sys.stderr.isatty():
                self._aside(_(_STATES[file.state]).format(file=file.remote.path))
        for note in file.notes:
            if self._new(file, repr(note)):
                self._note(note)

    def _new(self, file: PulledFile, what: str) -> bool:
        key = (file.number, what)
        if key in self._said:
            return False
        self._said.add(key)
        return True

    def _note(self, note: Note) -> None:
        if self._as_json:
            self._line("note", id=note.id, **note.arguments, sentence=str(word(note)))
        else:
            self._aside(str(word(note)))

    def _aside(self, sentence: str) -> None:
        self._paper.status("")
        self._paper.aside(sentence)

    def _line(self, event: str, **values: object) -> None:
        click.echo(json.dumps({"event": event, **values}, ensure_ascii=False))


_STATES = {
    "running": N_("{file} is being fetched."),
    "done": N_("{file} is there and checked."),
    "failed": N_("{file} failed."),
}


def follow(app: App, pulls: Sequence[Pull], as_json: bool = False) -> None:
    """Fetch these and show how far they are. Ctrl-C pauses them.

    Raises:
        Problem: why one does not go on; `download_paused` tells how to go on.
    """
    progress = Progress(as_json)
    app.downloads.start([one.number for one in pulls])
    try:
        for pull in pulls:
            _follow(app, pull.number, progress)
    except KeyboardInterrupt:
        for pull in pulls:
            if app.downloads.pull(pull.number).state != "done":
                app.downloads.pause(pull.number)
        progress.stop()
        raise Problem.of(_paused(pulls[0])) from None


def _follow(app: App, number: int, progress: Progress) -> None:
    while True:
        held = app.downloads.held()
        pull = app.downloads.pull(number)
        progress.show(pull)
        if pull.state == "done":
            progress.done(pull)
            return
        if (why := _why_not(pull, held)) is not None:
            progress.stop()
            raise Problem.of(why)
        progress.wait()


def _why_not(pull: Pull, held: Note | None) -> Note | None:
    """Why it does not go on, or None."""
    if pull.state == "paused":
        return _paused(pull)
    return pull.problem if pull.state == "failed" else held


def _paused(pull: Pull) -> Note:
    return Note("download_paused", {"name": pull.name, "command": f"qwendesk pull {pull.name}"})


def bar(pull: Pull, width: int) -> str:
    """One line: [#####-----]  45 %  1.2 of 2.6 GB  30.1 MB/s  45 s left."""
    share = pull.done / pull.size if pull.size else 1.0
    full = int(share * _BAR)
    parts = [
        f"[{'#' * full}{'-' * (_BAR - full)}]",
        f"{int(share * 100):3d} %",
        _("{done} of {size}").format(done=figures.size(pull.done), size=figures.size(pull.size)),
    ]
    if pull.speed:
        parts.append(f"{figures.size(pull.speed)}/s")
        parts.append(_("{s} left").format(s=figures.seconds(pull.left_s)))
    return "  ".join(parts)[: width - 1]


def _figures(pull: Pull) -> dict[str, object]:
    return {
        "number": pull.number,
        "name": pull.name,
        "state": pull.state,
        "done": pull.done,
        "size": pull.size,
        "bytes_per_second": None if pull.speed is None else round(pull.speed),
        "left_s": None if pull.left_s is None else round(pull.left_s, 1),
    }
