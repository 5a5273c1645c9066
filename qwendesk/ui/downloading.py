"""The window's side of the queue: what the Downloads dock asks for goes to the service, news come back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from qwendesk.api.problem import Note, Problem
from qwendesk.app import App
from qwendesk.models.downloads.pull import (
    ModelInstalled,
    Pull,
    PullChanged,
    PullRemoved,
    QueueHeld,
    QueueReleased,
)
from qwendesk.ui.background import Background
from qwendesk.ui.docks.downloads import DownloadsView
from qwendesk.ui.turns import Turns
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import Sentence, word

UNDO_MS = 10_000
"""So long a cancelled download can be taken back; its bytes are thrown away after that."""


class Downloading(QObject):
    """`installed` with a pull whose files are all here; `named_requested` with the name to talk with."""

    installed = Signal(object)
    named_requested = Signal(str)
    changed = Signal()

    def __init__(self, window: Window, app: App, background: Background, view: DownloadsView) -> None:
        super().__init__(window)
        self._window, self._background, self._view = window, background, view
        self._downloads = app.downloads
        self._pulls: dict[int, Pull] = {}
        self._doomed: dict[int, QTimer] = {}
        self._held: Note | None = None
        self._started = False
        self._run = Turns(background, self.failed).add
        view.asked.connect(self._on_asked)
        view.pause_all_requested.connect(self.pause_all)
        view.resume_all_requested.connect(self.resume_all)
        view.clear_requested.connect(self.clear)
        view.refresh_requested.connect(self.refresh)

    @property
    def pulls(self) -> list[Pull]:
        """What the list shows, in the queue's order."""
        return [one for one in self._pulls.values() if one.number not in self._doomed]

    def refresh(self) -> None:
        """Read the queue; what was on its way when the application ended goes on."""
        self._view.show_loading()
        self._background.run(self._look, self._on_queue, self._on_no_queue)

    def _look(self) -> tuple[list[Pull], Note | None]:
        return self._downloads.pulls(), self._downloads.held()

    def _on_queue(self, found: tuple[list[Pull], Note | None]) -> None:
        pulls, self._held = found
        self._pulls = {one.number: one for one in pulls}
        if any(one.state in ("queued", "running") for one in pulls):
            self._start()
        self._show()

    def _on_no_queue(self, problem: Problem) -> None:
        self._view.show_error(word(problem.note()))
        self.changed.emit()

    def _start(self) -> None:
        """Nothing looks at the queue before there is something in it."""
        if not self._started:
            self._started = True
            self._run(self._downloads.start)

    def pull(self, name: str, source: str | None = None) -> None:
        """Fetch ORG/REPO[:QUANT] from this hub or the first one, with the projector where there is one."""

        def ask() -> Pull:
            downloads = self._downloads
            return downloads.add(downloads.plan(name, source=source, mmproj=True))

        self._background.run(ask, self._on_added, self.failed)

    def _on_added(self, pull: Pull) -> None:
        self._take(pull)
        self._start()

    def on_event(self, event: object) -> None:
        """What happened, told by the bridge on this thread."""
        match event:
            case PullChanged():
                self._take(event.pull)
            case PullRemoved():
                self._pulls.pop(event.number, None)
                self._show()
            case ModelInstalled():
                self._on_installed(event.pull)
            case QueueHeld():
                self._held = event.reason
                self._window.notices.show_line("queue", word(event.reason), _("Resume"), self.resume_all)
                self._show()
            case QueueReleased():
                self._held = None
                self._window.notices.dismiss("queue")
                self._show()

    def _take(self, pull: Pull) -> None:
        self._pulls[pull.number] = pull
        self._show()

    def _show(self) -> None:
        self._view.show_pulls(self.pulls, self._held)
        self.changed.emit()

    def _on_installed(self, pull: Pull) -> None:
        talk = partial(self._talk, pull)
        sentence = Sentence(_("{model} is here.").format(model=pull.name))
        self._window.notices.show_line(f"pull {pull.number}", sentence, _("Talk with it"), talk)
        self.installed.emit(pull)

    def _talk(self, pull: Pull) -> None:
        self._window.notices.dismiss(f"pull {pull.number}")
        self.named_requested.emit(pull.name)

    def _on_asked(self, what: str, pull: Pull) -> None:
        number = pull.number
        match what:
            case "pause":
                self._run(partial(self._downloads.pause, number))
            case "resume":
                self._run(partial(self._downloads.resume, number))
                self._start()
            case "forget":
                self._run(partial(self._downloads.forget, number))
            case "cancel":
                self.cancel(pull)
            case "first" | "last":
                self._move(number, what)
            case "talk":
                self._talk(pull)
            case "folder":
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(pull.folder)))

    def _move(self, number: int, where: str) -> None:
        others = [one.number for one in self._pulls.values() if one.number != number]
        before = others[0] if where == "first" and others else None

        def move() -> tuple[list[Pull], Note | None]:
            self._downloads.move(number, before)
            return self._look()

        self._background.run(move, self._on_queue, self.failed)

    def cancel(self, pull: Pull) -> None:
        """Take it off the list; its bytes are thrown away a moment later, unless that is undone."""
        timer = QTimer(self, singleShot=True, interval=UNDO_MS)
        timer.timeout.connect(partial(self._throw_away, pull))
        self._doomed[pull.number] = timer
        self._run(partial(self._downloads.pause, pull.number))
        timer.start()
        sentence = word(Note("download_cancelled", {"name": pull.name}))
        self._window.notices.show_line(
            self._topic(pull), sentence, _("Undo"), partial(self._keep_after_all, pull)
        )
        self._show()

    def _keep_after_all(self, pull: Pull) -> None:
        self._end_doom(pull)
        if not pull.paused:
            self._run(partial(self._downloads.resume, pull.number))
            self._start()
        self._show()

    def _throw_away(self, pull: Pull) -> None:
        self._end_doom(pull)
        self._pulls.pop(pull.number, None)
        self._run(partial(self._downloads.cancel, pull.number))
        self._show()

    def _end_doom(self, pull: Pull) -> None:
        self._window.notices.dismiss(self._topic(pull))
        timer = self._doomed.pop(pull.number, None)
        if timer is not None:
            timer.stop()
            timer.deleteLater()

    def last_wishes(self) -> Callable[[], None]:
        """What is left to do, elsewhere, when the window closes: cancelled is cancelled."""
        numbers, cancel = list(self._doomed), self._downloads.cancel

        def work() -> None:
            for number in numbers:
                with contextlib.suppress(Problem):
                    cancel(number)

        return work

    @staticmethod
    def _topic(pull: Pull) -> str:
        return f"cancelled {pull.number}"

    @property
    def can_pause(self) -> bool:
        return any(one.state in ("queued", "running") for one in self.pulls)

    @property
    def can_resume(self) -> bool:
        return self._held is not None or any(one.state in ("paused", "failed") for one in self.pulls)

    def pause_all(self) -> None:
        self._each(("queued", "running"), self._downloads.pause)

    def resume_all(self) -> None:
        """Go on with everything, also after the disk was full."""
        self._each(("paused", "failed"), self._downloads.resume)
        self._run(self._downloads.release)
        self._start()

    def clear(self) -> None:
        """Take the finished ones off the list; their files stay."""
        self._each(("done",), self._downloads.forget)

    def _each(self, states: tuple[str, ...], do: Callable[[int], object]) -> None:
        numbers = [one.number for one in self.pulls if one.state in states]

        def work() -> None:
            for number in numbers:
                do(number)

        self._run(work)

    def failed(self, problem: Problem) -> None:
        self._window.notices.show_line("downloads", word(problem.note()))
