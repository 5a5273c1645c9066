"""The table of `qwendesk engines list`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from qwendesk.cli.terminal import harmless
from qwendesk.runtimes.engines.overview import Engine
from qwendesk.runtimes.engines.place import Place
from qwendesk.runtimes.engines.shelf import OWN_NAME
from qwendesk.words import _, engines, figures
from qwendesk.words.problems import word


def show(found: Sequence[Engine], as_json: bool) -> None:
    """Print every runtime with its engines and what could be installed."""
    if as_json:
        click.echo(json.dumps([_as_data(one) for one in found], ensure_ascii=False, indent=2))
        return
    head = (_("RUNTIME"), _("ENGINE"), _("BUILD"), _("SIZE"), _("STATE"))
    rows = [head, *(row for one in found for row in _rows(one))]
    widths = [max(len(row[at]) for row in rows) for at in range(5)]
    for row in rows:
        told = "  ".join(
            text.rjust(width) if at == 3 else text.ljust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        click.echo(harmless(told.rstrip()))


def _rows(engine: Engine) -> list[tuple[str, str, str, str, str]]:
    id = engine.spec.id
    own = (id, OWN_NAME, engine.own.version, "", engines.own_state(engine))
    rows = [own, *(_row(engine, one) for one in engine.places)]
    for one in engine.offers:
        told = engines.about(one.download_bytes, one.disk_bytes)
        state = _("can be installed: {size}").format(size=told) if told else _("can be installed")
        rows.append((id, engine.offered[one.id], engines.variant(engine, one.id), "", state))
    return rows


def _row(engine: Engine, one: Place) -> tuple[str, str, str, str, str]:
    state = engines.state(engine, one)
    why = f": {word(one.problem).what}" if one.problem is not None else ""
    return (
        engine.spec.id,
        one.name,
        engines.variant(engine, one.variant),
        figures.size(one.size),
        f"{state}{why}",
    )


def _as_data(engine: Engine) -> dict[str, object]:
    return {
        "runtime": engine.spec.id,
        "current": engine.current or OWN_NAME,
        "previous": None if engine.before is None else engine.before or OWN_NAME,
        "own": {"available": engine.own.available, "version": engine.own.version},
        "engines": [place(one) for one in engine.places],
        "variants": [
            {
                "id": one.id,
                "version": engine.offered[one.id],
                "download_bytes": one.download_bytes or None,
                "disk_bytes": one.disk_bytes or None,
            }
            for one in engine.variants
        ],
    }


def place(one: Place) -> dict[str, object]:
    """An environment as JSON tells it."""
    told = asdict(one)
    del told["owners"]
    return {
        **told,
        "name": one.name,
        "folder": str(one.folder),
        "problem": str(word(one.problem)) if one.problem is not None else None,
    }
