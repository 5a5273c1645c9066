"""The metrics of the last day: averages of replies, and every series in steps of five minutes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from qwendesk.monitor.metrics import Averages
from qwendesk.monitor.past import Course
from qwendesk.monitor.report.part import Part
from qwendesk.monitor.series import UNITS
from qwendesk.store.metrics import Span

STEP_S = 300
_HEAD = ("time", "kind", "name", "runtime", "metric", "unit", "count", "mean", "min", "max")
Named = Callable[[str], str]


def averages(found: Iterable[Averages], named: Named) -> list[dict[str, Any]]:
    """`named` gives what a model may be called."""
    return [
        {
            "model": named(one.whose.model),
            "runtime": one.whose.runtime,
            "settings": _settings(one.whose.settings),
            "replies": one.replies,
            "last": {name: asdict(value) for name, value in one.last.items()},
            "all": {name: asdict(value) for name, value in one.ever.items()},
        }
        for one in found
    ]


def _settings(written: str) -> Any:
    try:
        return json.loads(written)
    except ValueError:
        return None


def courses(found: Iterable[Course], named: Named) -> Part:
    """As a table."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(_HEAD)
    for one in found:
        of = one.series
        name = of.name if of.kind in ("machine", "gpu") else named(of.name)
        unit = UNITS.get(of.kind, {}).get(of.metric, "")
        for span in steps(one.spans):
            figures = (span.count, round(span.mean, 4), round(span.least, 4), round(span.most, 4))
            writer.writerow((int(span.at), of.kind, name, of.runtime, of.metric, unit, *figures))
    return Part("metrics.csv", held.getvalue())


def steps(spans: Iterable[Span]) -> Iterator[Span]:
    """The same values in longer steps; they come in the order of time."""
    now: Span | None = None
    for one in spans:
        at = one.at // STEP_S * STEP_S
        if now is None or now.at != at:
            if now is not None:
                yield now
            now = Span(at, STEP_S, one.count, one.total, one.least, one.most)
        else:
            least, most = min(now.least, one.least), max(now.most, one.most)
            now = Span(at, STEP_S, now.count + one.count, now.total + one.total, least, most)
    if now is not None:
        yield now
