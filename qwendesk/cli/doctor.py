"""`qwendesk doctor`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

import click

from qwendesk.api.health import CheckResult
from qwendesk.api.problem import Note, Problem
from qwendesk.cli.command import Command, State, say
from qwendesk.cli.terminal import harmless
from qwendesk.monitor.health import Checked
from qwendesk.words import _
from qwendesk.words.problems import word

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.runtimes.smoke import Tested

_MARKS = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "red")}


@click.command("doctor", cls=Command, help=_("Check that everything works; exit code 1 if a check fails."))
@click.option("--models", is_flag=True, help=_("Load every installed model, too, and let it say a word."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_obj
def command(state: State, as_json: bool, models: bool) -> int:
    from qwendesk.app import App

    results: list[Checked] = []
    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        for checked in chain(app.health.run(), _tested(app) if models else ()):
            results.append(checked)
            if not as_json:
                _print(checked)
    if as_json:
        click.echo(json.dumps([_as_data(one) for one in results], ensure_ascii=False, indent=2))
    return 1 if any(one.result.status == "fail" for one in results) else 0


def _tested(app: App) -> Iterator[Checked]:
    """Every model that can be loaded by name, one after the other, with what worked for it the last time."""
    for model in app.library.models():
        try:
            tested = app.smoke.test(model)
        except Problem as problem:
            yield Checked(f"model.{model.name}", model.name, CheckResult("fail", problem.note()))
            continue
        yield Checked(f"model.{model.name}", model.name, _result(tested))


def _result(tested: Tested) -> CheckResult:
    runtime, version = tested.state.spec.title, tested.state.probe.version
    model = tested.model.name
    if tested.problem is None:
        passed = Note("smoke_passed", {"model": model, "runtime": runtime, "version": version})
        return CheckResult("ok", passed)
    why = str(word(tested.problem))
    failed = Note("smoke_failed_model", {"model": model, "runtime": runtime, "version": version, "why": why})
    return CheckResult("fail", failed)


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
