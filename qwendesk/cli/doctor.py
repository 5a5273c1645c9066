"""`qwendesk doctor`."""

from __future__ import annotations

import json

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.cli.terminal import harmless
from qwendesk.monitor.health import Checked
from qwendesk.words import _
from qwendesk.words.problems import word

_MARKS = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "red")}


@click.command("doctor", cls=Command, help=_("Check that everything works; exit code 1 if a check fails."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_obj
def command(state: State, as_json: bool) -> int:
    from qwendesk.app import App

    results: list[Checked] = []
    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        for checked in app.health.run():
            results.append(checked)
            if not as_json:
                _print(checked)
    if as_json:
        click.echo(json.dumps([_as_data(one) for one in results], ensure_ascii=False, indent=2))
    return 1 if any(one.result.status == "fail" for one in results) else 0


def _print(checked: Checked) -> None:
    mark, colour = _MARKS[checked.result.status]
    click.echo(f"{click.style(mark, fg=colour)}  {harmless(f'{checked.title}: {_sentence(checked)}')}")


def _sentence(checked: Checked) -> str:
    fix = f" {word(checked.result.fix)}" if checked.result.fix else ""
    return f"{word(checked.result.sentence)}{fix}"


def _as_data(checked: Checked) -> dict[str, object]:
    return {
        "id": checked.id,
        "title": checked.title,
        "status": checked.result.status,
        "sentence": _sentence(checked),
    }
