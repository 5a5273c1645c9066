"""`qwendesk network`: the ledger of requests, and the offline switch."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import click

from qwendesk.cli.command import Command, State, home_option, say
from qwendesk.cli.span import Span
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, figures

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.system.exchange import Exchange


@click.group(
    "network",
    invoke_without_command=True,
    params=[home_option()],
    help=_("Every request that left this computer, and the switch that lets none leave."),
)
@click.option("--since", type=Span(), metavar="SPAN", help=_("Only the last 30m, 1h, 7d."))
@click.option("--limit", type=click.IntRange(1), default=1000, help=_("How many requests at most."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_context
def command(context: click.Context, /, since: float | None, limit: int, as_json: bool) -> int | None:
    if context.invoked_subcommand is not None:
        return None
    from qwendesk.app import App

    with App(context.obj.paths()) as app:
        for problem in app.problems:
            say(problem)
        begin = 0.0 if since is None else time.time() - since
        _print(app, app.ledger.entries(begin, limit), as_json)
    return 0


@command.command("offline", cls=Command, help=_("Turn the offline switch on or off; it is kept."))
@click.argument("wish", type=click.Choice(["on", "off"]))
@click.pass_obj
def _offline(state: State, /, wish: str) -> int:
    from qwendesk.app import App

    with App(state.paths()) as app:
        app.offline.turn(wish == "on")
        click.echo(_state(app))
    return 0


def _state(app: App) -> str:
    if app.offline.reason() is not None:
        if app.offline.by_variable():
            return _("Offline, by $QWENDESK_OFFLINE: nothing leaves this computer.")
        return _("Offline: nothing leaves this computer.")
    return _("Online: requests leave for what you start, and are listed here.")


def _print(app: App, entries: list[Exchange], as_json: bool) -> None:
    if as_json:
        data = {
            "offline": app.offline.reason() is not None,
            "requests": [_as_data(one) for one in entries],
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    click.echo(_state(app))
    for one in reversed(entries):
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one.started))
        outcome = one.problem or (str(one.status) if one.status is not None else "…")
        subject = f"{one.purpose.action}: {one.purpose.what} {one.purpose.subject}".rstrip()
        size = figures.size(one.bytes_in)
        click.echo(harmless(f"{when}  {one.method:4} {one.host:28} {outcome:>8}  {size:>9}  {subject}"))


def _as_data(one: Exchange) -> dict[str, object]:
    return {
        "time": one.started,
        "host": one.host,
        "method": one.method,
        "action": one.purpose.action,
        "purpose": one.purpose.what,
        "subject": one.purpose.subject,
        "bytes_out": one.bytes_out,
        "bytes_in": one.bytes_in,
        "status": one.status,
        "seconds": one.seconds,
        "problem": one.problem or None,
    }
