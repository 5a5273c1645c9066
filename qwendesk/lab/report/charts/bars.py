"""Bars with their ranges: some figures of the same models beside each other, one row for each model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qwendesk.lab.interval import Interval
from qwendesk.lab.report.charts.scale import Scale, linear
from qwendesk.lab.report.charts.svg import element, label, line, picture, width_of, words
from qwendesk.lab.report.numbers import decimals, plain

_ROW, _BAR, _TOP = 24.0, 12.0, 32.0
_GAP, _VALUE = 24.0, 64.0
_WIDTH = 1000.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure of all models, in the unit of its title; `mark` is where to draw a line, with a word."""

    title: str
    values: tuple[Interval | None, ...]
    significant: int = 2
    mark: tuple[float, str] | None = None


def bars(title: str, labels: Sequence[str], panels: Sequence[Panel], chosen: int | None) -> str:
    """The picture; `chosen` is the place of the row that is set off."""
    left = min(max((width_of(one) for one in labels), default=0.0) + 16, 220.0)
    each = (_WIDTH - left - _GAP * (len(panels) - 1)) / max(len(panels), 1)
    height = _TOP + 16 + _ROW * len(labels)
    names = [
        label(one, 0, _middle(at) + 4, "strong" if at == chosen else "") for at, one in enumerate(labels)
    ]
    drawn = [_panel(one, left + at * (each + _GAP), each, chosen, height) for at, one in enumerate(panels)]
    return picture(_WIDTH, height, title, *names, *drawn)


def _panel(panel: Panel, x: float, width: float, chosen: int | None, height: float) -> str:
    known = [one for one in panel.values if one is not None]
    ends = [one.high for one in known] + [one.value for one in known]
    scale = linear(ends, x, x + width - _VALUE, from_zero=True)
    places = decimals([one.value for one in known], panel.significant)
    parts = [words(panel.title, x, 12, "small"), line(x, _TOP - 8, x, height - 8, "axis")]
    if panel.mark is not None and panel.mark[0] <= scale.high:
        at = scale.at(panel.mark[0])
        parts += [
            line(at, _TOP - 8, at, height - 8, "mark"),
            words(panel.mark[1], at + 4, _TOP, "small warn"),
        ]
    for at, one in enumerate(panel.values):
        parts += _bar(one, scale, _middle(at), places, is_chosen=at == chosen)
    return element("g", *parts)


def _bar(one: Interval | None, scale: Scale, y: float, places: int, *, is_chosen: bool) -> list[str]:
    if one is None:
        return [words("–", scale.start + 6, y + 4, "small")]
    end = scale.at(one.value)
    kind = "bar chosen" if is_chosen else "bar"
    parts = [
        element(
            "rect", x=scale.start, y=y - _BAR / 2, width=max(end - scale.start, 1), height=_BAR, class_=kind
        )
    ]
    if one.is_known:
        low, high = scale.at(one.low), scale.at(one.high)
        parts += [line(low, y, high, y, "range"), *(line(x, y - 3, x, y + 3, "range") for x in (low, high))]
        end = max(end, high)
    return [*parts, words(plain(one.value, places), end + 6, y + 4, "value")]


def _middle(row: int) -> float:
    return _TOP + 8 + _ROW * row + _ROW / 2
