"""`qwendesk pull`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qwendesk.api.problem import Note, Problem
from qwendesk.cli.command import Command, State, say
from qwendesk.cli.progress import Progress
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.models.downloads.pull import Pull


@click.command(
    "pull",
    cls=Command,
    help=_("Download a model: ORG/REPO, or ORG/REPO:QUANT for one quantization. Goes on where it stopped."),
)
@click.argument("model")
@click.option("--source", metavar="ID", help=_("The hub to ask (see: qwendesk plugins)."))
@click.option(
    "--mirror",
    "mirrors",
    multiple=True,
    metavar="ID",
    help=_("Another hub that may give the same files, checked against the same hash."),
)
@click.option("--revision", default="", metavar="REV", help=_("A branch, tag or commit."))
@click.option("--file", "names", multiple=True, metavar="NAME", help=_("Only this file of the repository."))
@click.option("--mmproj", is_flag=True, help=_("Also the projector that lets the model see images."))
@click.option("--json", "as_json", is_flag=True, help=_("Print a line of JSON for everything that happens."))
@click.pass_obj
def command(state: State, /, model: str, as_json: bool, **wish: Any) -> int:
    from qwendesk.app import App

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        pull = app.downloads.add(app.downloads.plan(model, **wish))
        progress = Progress(as_json)
        try:
            app.downloads.start([pull.number])
            return _watch(app, pull, progress)
        except KeyboardInterrupt:
            app.downloads.pause(pull.number)
            progress.stop()
            raise Problem.of(_paused(pull)) from None


def _watch(app: App, pull: Pull, progress: Progress) -> int:
    while True:
        held = app.downloads.held()
        pull = app.downloads.pull(pull.number)
        progress.show(pull)
        if pull.state == "done":
            progress.done(pull)
            return 0
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
