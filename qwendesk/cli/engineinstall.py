"""Installing an engine in a terminal: what it takes, a question, a line that moves, the outcome."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from qwendesk.api.problem import Problem
from qwendesk.cli import enginetable
from qwendesk.cli.terminal import Paper, harmless
from qwendesk.runtimes.engines.events import EngineAdvanced
from qwendesk.words import _, engines, figures

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.runtimes.engines.plan import Plan

_LINE_S = 1.0


def install(app: App, runtime: str, wish: dict[str, Any], yes: bool, as_json: bool) -> None:
    """Plan, ask in a terminal, install. A no raises Problem `engine_cancelled`."""
    teller = _Teller(as_json)
    listening = app.bus.subscribe(teller.heard)
    try:
        plan = app.engines.plan(runtime, **wish)
        teller.clear()
        _tell_plan(plan, as_json)
        asks = not yes and not as_json and plan.there is None and sys.stdin.isatty()
        if asks and not click.confirm(_("Install it?"), default=True, err=True):
            raise Problem("engine_cancelled")
        place = app.engines.install(plan)
    finally:
        listening()
        teller.clear()
    if as_json:
        click.echo(json.dumps({"event": "done", **enginetable.place(place)}, ensure_ascii=False))
        return
    told = _("{runtime} {name} works and is used from now on ({size}).")
    click.echo(harmless(told.format(runtime=runtime, name=place.name, size=figures.size(place.size))))


def _tell_plan(plan: Plan, as_json: bool) -> None:
    if as_json:
        data = {
            "event": "plan",
            "runtime": plan.wish.spec.id,
            "name": plan.name,
            "packages": [f"{one.name}=={one.version}" for one in plan.packages],
            "download_bytes": plan.download,
            "disk_bytes": plan.on_disk or None,
            "free_bytes": plan.free,
        }
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    click.echo(harmless(f"{plan.wish.spec.id} {plan.name}: {engines.plan(plan)}"), err=True)


class _Teller:
    """A line that the next one replaces, or a line of JSON a second."""

    def __init__(self, as_json: bool) -> None:
        self._as_json, self._paper = as_json, Paper()
        self._told = 0.0
        self._step = ""

    def heard(self, event: object) -> None:
        if not isinstance(event, EngineAdvanced):
            return
        now = time.monotonic()
        if self._as_json:
            if event.step != self._step or now - self._told >= _LINE_S:
                self._told, self._step = now, event.step
                data = {
                    "event": event.step,
                    "bytes": event.bytes,
                    "total": event.total,
                    "package": event.package,
                }
                click.echo(json.dumps(data, ensure_ascii=False))
            return
        share = f"{int(event.share * 100):3d} %" if event.share is not None else ""
        self._paper.status(
            "  ".join(part for part in (engines.step(event), share, engines.amount(event)) if part)
        )

    def clear(self) -> None:
        self._paper.status("")
