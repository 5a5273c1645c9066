"""Drift against what it costs: a point for each model, the beaten ones hollow, the others joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from qwendesk.lab.pareto import Point
from qwendesk.lab.report.charts.placing import Box, place
from qwendesk.lab.report.charts.scale import Scale, linear, logarithmic
from qwendesk.lab.report.charts.svg import element, label, line, path, picture, width_of, words
from qwendesk.lab.report.numbers import plain, tick_places

_WIDTH, _HEIGHT = 320.0, 272.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 8.0, 24.0, 48.0
_LONGEST = 18
_WIDE = 20
"""From this ratio on, drifts stand on a logarithmic axis."""


def scatter(
    title: str,
    axes: tuple[str, str],
    points: Sequence[Point],
    beaten: Mapping[str, str],
    chosen: str,
    divisor: float = 1.0,
) -> str:
    """The picture.

    Args:
        axes: titles of the horizontal and the vertical axis.
        beaten: keys of beaten points; `chosen` is the key of the one that is set off.
        divisor: units of the points' horizontal values in one of the axis.
    """
    across = linear([one.across.value / divisor for one in points], _LEFT, _WIDTH - _RIGHT)
    up = _vertical(points)
    spots = [(across.at(one.across.value / divisor), up.at(one.drift.value)) for one in points]
    front = sorted(spot for one, spot in zip(points, spots, strict=True) if one.key not in beaten)
    parts = [*_frame(axes, across, up), path(front, "front")]
    for one, (x, y) in zip(points, spots, strict=True):
        parts += _ranges(one, x, y, across, up, divisor)
    parts += [
        _dot(one, spot, one.key in beaten, one.key == chosen) for one, spot in zip(points, spots, strict=True)
    ]
    return picture(_WIDTH, _HEIGHT, title, *parts, *_labels(points, spots, beaten, chosen))


def _vertical(points: Sequence[Point]) -> Scale:
    values = [one.drift.value for one in points]
    ends = [*values, *(one.drift.high for one in points)]
    if min(values, default=0) > 0 and max(values) / min(values) >= _WIDE:
        lows = [one.drift.low for one in points if one.drift.low > 0]
        return logarithmic([*ends, *lows], _HEIGHT - _BOTTOM, _TOP)
    return linear(ends, _HEIGHT - _BOTTOM, _TOP, from_zero=True)


def _frame(axes: tuple[str, str], across: Scale, up: Scale) -> list[str]:
    bottom, left = _HEIGHT - _BOTTOM, _LEFT
    parts = [line(left, bottom, _WIDTH - _RIGHT, bottom, "axis")]
    ticks = across.ticks(4)
    places = tick_places(ticks)
    for one in ticks:
        parts.append(words(plain(one, places), across.at(one), bottom + 16, "tick", "middle"))
    for one in up.ticks():
        y = up.at(one)
        parts.append(line(left, y, _WIDTH - _RIGHT, y, "grid"))
        parts.append(words(f"{one:.3g}", left - 8, y + 4, "tick", "end"))
    parts.append(words(axes[0], _WIDTH - _RIGHT, _HEIGHT - 8, "small", "end"))
    parts.append(words(axes[1], 0, 12, "small"))
    return parts


def _ranges(one: Point, x: float, y: float, across: Scale, up: Scale, divisor: float) -> list[str]:
    parts = []
    if one.drift.is_known:
        parts.append(line(x, up.at(one.drift.low), x, up.at(one.drift.high), "range"))
    if one.across.is_known:
        low, high = across.at(one.across.low / divisor), across.at(one.across.high / divisor)
        parts.append(line(low, y, high, y, "range"))
    return parts


def _dot(one: Point, spot: tuple[float, float], is_beaten: bool, is_chosen: bool) -> str:
    kind = "dot beaten" if is_beaten else "dot chosen" if is_chosen else "dot"
    tip = element("title", _tip(one))
    return element("circle", tip, cx=spot[0], cy=spot[1], r=6.0 if is_chosen else 4.0, class_=kind)


def _tip(one: Point) -> str:
    return escape(f"{one.label}: {one.drift.value:.4g}")


def _labels(
    points: Sequence[Point], spots: Sequence[tuple[float, float]], beaten: Mapping[str, str], chosen: str
) -> list[str]:
    bounds = Box(_LEFT, _TOP - 8, _WIDTH, _HEIGHT - _BOTTOM)
    boxes = place(spots, [width_of(one.label, _LONGEST) for one in points], bounds)
    kinds = ["faint" if one.key in beaten else "strong" if one.key == chosen else "" for one in points]
    return [
        label(one.label, box.left, box.bottom - 4, kind, _LONGEST)
        for one, box, kind in zip(points, boxes, kinds, strict=True)
    ]
