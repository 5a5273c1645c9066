"""What a chart shows as rows of a table, and a table as comma-separated text."""

from __future__ import annotations

import csv
import io
import math
import time
from collections.abc import Iterable, Sequence

from qwendesk.monitor.live import UNITS, Live
from qwendesk.store.metrics import Span

Cell = str | float
Row = Sequence[Cell]


def live_rows(live: Live, span: int) -> list[Row]:
    """Every figure of the last `span` seconds: a line of names with units, then one line for each moment.

    A figure that has no value at a moment leaves its cell empty.
    """
    if live.sample is None:
        return [("time", "seconds")]
    newest = live.sample.at
    found: dict[float, dict[str, float]] = {}
    names = [name for name in live.names if live.line(name, span).known]
    for name in names:
        line = live.line(name, span)
        for age, value in zip(line.ages, line.values, strict=True):
            if not math.isnan(value):
                found.setdefault(age, {})[name] = value
    head = ["time", "seconds", *(f"{name} [{UNITS[name.partition('.')[0]]}]" for name in names)]
    rows: list[Row] = [head]
    for age in sorted(found):
        values = [found[age].get(name, "") for name in names]
        rows.append([moment(newest + age), round(age, 3), *values])
    return rows


def past_rows(spans: Iterable[Span], unit: str) -> list[Row]:
    """A recorded course: each value, or the mean, least and most of each minute or hour."""
    head = ("time", "seconds", "count", f"mean [{unit}]", f"least [{unit}]", f"most [{unit}]")
    rows = [(moment(one.at), one.length, one.count, one.mean, one.least, one.most) for one in spans]
    return [head, *rows]


def moment(at: float) -> str:
    """Seconds since 1970 as the local time with its zone, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(at))


def as_csv(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
