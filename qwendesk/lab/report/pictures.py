"""The report's charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from qwendesk.lab.pareto import Axis, beaten, points
from qwendesk.lab.report.charts.bars import Panel, bars
from qwendesk.lab.report.charts.curves import Line, curves
from qwendesk.lab.report.charts.scatter import scatter
from qwendesk.lab.report.columns import Column, model_columns
from qwendesk.lab.report.numbers import plain, unit_of
from qwendesk.lab.report.report import Report

_BARS = ("drift", "size", "decode", "memory")
_FEW = 2


def bar_chart(report: Report) -> str:
    """Drift, size, decode speed and memory beside each other; an empty text for a single model."""
    lines = report.table.lines
    columns = [one for one in model_columns(report) if one.id in _BARS]
    columns.sort(key=lambda one: _BARS.index(one.id))
    if len(lines) < _FEW or not columns:
        return ""
    chosen = next((at for at, one in enumerate(lines) if one.key == report.advice.key), None)
    panels = [_panel(one, report) for one in columns]
    return bars(report.labels.charts, [one.label for one in lines], panels, chosen)


def fronts(report: Report) -> list[str]:
    """Drift against size, memory and speed, as far as two models have both."""
    return [found for axis in get_args(Axis) if (found := _front(report, axis))]


def context_chart(report: Report) -> str:
    """Memory by context; an empty text where nobody estimated it."""
    fitting, words = report.fitting, report.labels
    if fitting is None:
        return ""
    known = [(one, line) for one in fitting.curves if (line := report.line(one.key)) is not None]
    if not known:
        return ""
    unit, size = unit_of(max((bytes for one, _line in known for _at, bytes in one.points), default=0))
    lines = [Line(line.label, one.points, one.key == report.advice.key) for one, line in known]
    lines.sort(key=lambda one: one.is_chosen)  # drawn last, it covers the others
    limit_unit, limit_size = unit_of(fitting.limit)
    limit = (float(fitting.limit), f"{words.limit}: {plain(fitting.limit / limit_size, 1)} {limit_unit}")
    axes = (words.axis_context, words.axis_memory.format(unit=unit))
    return curves(words.contexts, axes, lines, limit, size)


def _panel(column: Column, report: Report) -> Panel:
    values = tuple(
        None
        if one is None
        else type(one)(*(part / column.divisor for part in (one.value, one.low, one.high)))
        for one in column.values
    )
    mark = (report.advice.wanted.budget, report.labels.mark) if column.id == "drift" else None
    return Panel(column.heading, values, column.significant, mark)


def _front(report: Report, axis: Axis) -> str:
    words = report.labels
    found = points(report.table.lines, axis)
    if len(found) < _FEW:
        return ""
    unit, size = unit_of(max(one.across.value for one in found)) if axis != "speed" else ("", 1.0)
    titles: Mapping[Axis, str] = {
        "size": words.axis_size.format(unit=unit),
        "speed": words.axis_speed,
        "memory": words.axis_memory.format(unit=unit),
    }
    axes = (titles[axis], words.axis_drift)
    title = f"{words.axis_drift} / {titles[axis]}"
    return scatter(title, axes, found, beaten(found, axis), report.advice.key, size)
