"""`qwendesk doctor`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qwendesk.api.health import CheckResult, Pace
from qwendesk.api.problem import Note, Problem
from qwendesk.cli.command import Command, State, say
from qwendesk.cli.terminal import Paper, harmless
from qwendesk.monitor.health import ALL, FAST, CheckAdvanced, CheckBegun, Checked, overall
from qwendesk.system.paths import Paths
from qwendesk.words import _
from qwendesk.words.health import advice, label, overall_words
from qwendesk.words.problems import word

if TYPE_CHECKING:
    from qwendesk.app import App

_CLOSED = ("store_locked", "store_passphrase_wrong", "store_locked_unsupported")
_MARKS = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "red")}


@click.command("doctor", cls=Command, help=_("Check that everything works; exit code 1 if a check fails."))
@click.option("--fast", is_flag=True, help=_("Only what takes no time: no model is loaded, no file read."))
@click.option("--models", is_flag=True, help=_("Read and load every model, too, and let it say a word."))
@click.option("--network", is_flag=True, help=_("Ask the hubs, too: a request to each of them."))
@click.option("--fix", "fixes", multiple=True, metavar="NAME", help=_("Do what check NAME offers as a fix."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.zip",
    help=_("Write versions, results, logs and metrics for somebody who helps; shown first, nothing private."),
)
@click.option(
    "--yes", is_flag=True, help=_("Write the report without asking, over a file that is there, too.")
)
@click.pass_obj
def command(
    state: State,
    fast: bool,
    models: bool,
    network: bool,
    fixes: tuple[str, ...],
    as_json: bool,
    report: Path | None,
    yes: bool,
) -> int:
    from qwendesk.app import App

    if report is not None and (as_json or fixes):
        raise click.UsageError(_("--report goes with neither --json nor --fix."))
    with App(_paths(state)) as app:
        for problem in app.problems:
            say(problem)
        if fixes:
            return _fix(app, fixes)
        results = _checked(app, _paces(fast, models, network), as_json)
        if report is not None:
            from qwendesk.cli import reporting

            return reporting.report(app, report, checks=results, yes=yes)
    state_now = overall(results)
    if as_json:
        told = {"state": state_now, "checks": [_as_data(one) for one in results]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(overall_words(state_now))
    return 1 if state_now == "unhealthy" else 0


def _paths(state: State) -> Paths:
    """The home; one whose database does not open as well, which the check of the database then tells."""
    try:
        return state.paths()
    except Problem as problem:
        if problem.id not in _CLOSED:
            raise
        return state.place()


def _paces(fast: bool, models: bool, network: bool) -> tuple[Pace, ...]:
    paces: list[Pace] = [*(FAST if fast else ALL)]
    if models:
        paces.append("thorough")
    if network:
        paces.append("network")
    return tuple(paces)


def _checked(app: App, paces: Sequence[Pace], quiet: bool) -> list[Checked]:
    paper = Paper()
    listening = app.bus.subscribe(lambda event: _tell(paper, event))
    results = []
    for checked in app.health.run(paces):
        results.append(checked)
        paper.status("")
        if not quiet:
            _print(checked)
    listening()
    paper.status("")
    return results


def _tell(paper: Paper, event: object) -> None:
    if isinstance(event, CheckBegun):
        paper.status(f"{event.number}/{event.total}  {_(event.title)}")
    elif isinstance(event, CheckAdvanced):
        paper.status(f"{event.done * 100 // max(event.total, 1)} %")


def _fix(app: App, names: Sequence[str]) -> int:
    """Look again at what is named, and do what helps; 1 where something could not be fixed."""
    failed = False
    paper = Paper()
    app.bus.subscribe(lambda event: _tell(paper, event))
    for name in names:
        for checked in app.health.again(name):
            note = _mended(app, checked)
            failed |= note.id == "no_fix"
            paper.status("")
            click.echo(harmless(f"{checked.id}: {word(note)}"))
    return 1 if failed else 0


def _mended(app: App, checked: Checked) -> Note:
    result = checked.result
    if result.status == "ok":
        return Note("nothing_to_fix", {"name": checked.id})
    if result.fix is None:
        return Note("no_fix", {"name": checked.id, "advice": advice(result)})
    return app.health.mend(result.fix)


def _print(checked: Checked) -> None:
    mark, colour = _MARKS[checked.result.status]
    result = checked.result
    about = f"{_(checked.title)} ({result.subject})" if result.subject else _(checked.title)
    click.echo(f"{click.style(mark, fg=colour)}  {harmless(f'{about} {_sentence(result)}')}")
    for note in result.detail:
        click.echo(harmless(f"        {word(note)}"))
    if result.fix is not None:
        offer = _("{what}: qwendesk doctor --fix {name}")
        click.echo(harmless(f"      → {offer.format(what=label(result.fix), name=_quoted(checked.id))}"))


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _sentence(result: CheckResult) -> str:
    return f"{word(result.sentence).what} {advice(result) if result.status != 'ok' else ''}".strip()


def _as_data(checked: Checked) -> dict[str, object]:
    result = checked.result
    return {
        "id": checked.id,
        "title": _(checked.title),
        "subject": result.subject,
        "status": result.status,
        "sentence": str(word(result.sentence)),
        "advice": advice(result),
        "detail": [str(word(note)) for note in result.detail],
        "fix": label(result.fix) if result.fix is not None else None,
    }
