"""`qwendesk token`."""

from __future__ import annotations

import sys

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.command import Command, State, say
from qwendesk.words import _


@click.command(
    "token",
    cls=Command,
    help=_("Keep your token for a hub in the system's keyring, asked for or from standard input."),
)
@click.argument("source")
@click.option("--forget", is_flag=True, help=_("Take it out of the keyring again."))
@click.pass_obj
def command(state: State, /, source: str, forget: bool) -> int:
    from qwendesk.app import App

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        known = [spec.id for spec in app.sources.hubs]
        if source not in known:
            raise Problem("source_unknown", source=source, known=", ".join(known))
        if forget:
            app.secrets.forget(source)
            return 0
        token = _asked().strip()
        if not token:
            raise click.UsageError(_("The token is empty."))
        app.secrets.keep(source, token)
    click.echo(_("It is in the keyring."), err=True)
    return 0


def _asked() -> str:
    """From a terminal without showing it; never as an argument, which other programs can see."""
    if sys.stdin.isatty():
        return str(click.prompt(_("Token"), hide_input=True, err=True))
    return sys.stdin.read()
