"""`qwendesk window`."""

from __future__ import annotations

import click

from qwendesk.cli.command import Command, State
from qwendesk.words import _


@click.command("window", cls=Command, help=_("Open the window."))
@click.pass_obj
def command(state: State) -> int:
    return state.open_window(state.place())
