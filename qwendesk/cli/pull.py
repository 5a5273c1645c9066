"""`qwendesk pull`."""

from __future__ import annotations

from typing import Any

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.words import _


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
    from qwendesk.cli.progress import follow

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        pull = app.downloads.add(app.downloads.plan(model, **wish))
        follow(app, [pull], as_json)
    return 0
