"""Memory by context: a line for each model, and the limit of this computer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qwendesk.lab.report.charts.placing import spread
from qwendesk.lab.report.charts.scale import Scale, logarithmic
from qwendesk.lab.report.charts.svg import label, line, path, picture, width_of, words
from qwendesk.lab.report.numbers import tokens

_WIDTH, _HEIGHT = 1000.0, 320.0
_LEFT, _TOP, _BOTTOM = 48.0, 24.0, 48.0
_LINE = 16.0


@dataclass(frozen=True, slots=True)
class Line:
    """A model's label and its (tokens, bytes)."""

    label: str
    points: tuple[tuple[int, int], ...]
    is_chosen: bool = False


def curves(
    title: str, axes: tuple[str, str], lines: Sequence[Line], limit: tuple[float, str], divisor: float
) -> str:
    """The picture.

    Args:
        axes: titles of the horizontal and the vertical axis.
        limit: bytes that a model may take, and what to write beside them.
        divisor: bytes in a unit of the vertical axis.
    """
    drawn = [one for one in lines if one.points]
    right = _WIDTH - min(max((width_of(one.label) for one in drawn), default=0.0) + 16, 220.0)
    everywhere = [context for one in drawn for context, _bytes in one.points]
    across = Scale(min(everywhere, default=1), max(everywhere, default=2), _LEFT, right, is_log=True)
    sizes = [size for one in drawn for _context, size in one.points]
    shown = [*sizes, *([limit[0]] if limit[0] <= 4 * max(sizes, default=0) else [])]
    up = logarithmic([one / divisor for one in shown], _HEIGHT - _BOTTOM, _TOP)
    places = [[(across.at(x), up.at(y / divisor)) for x, y in one.points] for one in drawn]
    parts = [*_frame(axes, across, up, everywhere, right), *_limit(limit, up, divisor, right)]
    parts += [path(found, _kind(one)) for one, found in zip(drawn, places, strict=True)]
    return picture(_WIDTH, _HEIGHT, title, *parts, *_labels(drawn, [one[-1] for one in places], right))


def _kind(one: Line) -> str:
    return "curve chosen" if one.is_chosen else "curve"


def _frame(
    axes: tuple[str, str], across: Scale, up: Scale, contexts: Sequence[int], right: float
) -> list[str]:
    bottom = _HEIGHT - _BOTTOM
    parts = [line(_LEFT, bottom, right, bottom, "axis")]
    for one in up.ticks():
        parts.append(line(_LEFT, up.at(one), right, up.at(one), "grid"))
        parts.append(words(f"{one:.3g}", _LEFT - 8, up.at(one) + 4, "tick", "end"))
    free = _LEFT - 40
    for one in sorted(set(contexts)):
        if across.at(one) >= free:
            parts.append(words(tokens(one), across.at(one), bottom + 16, "tick", "middle"))
            free = across.at(one) + 48
    parts += [words(axes[0], right, _HEIGHT - 8, "small", "end"), words(axes[1], 0, 12, "small")]
    return parts


def _limit(limit: tuple[float, str], up: Scale, divisor: float, right: float) -> list[str]:
    """Where it is far from all lines, only in words, with an arrow to where it is."""
    size, told = limit
    if size / divisor > up.high:
        return [words(f"↑ {told}", _LEFT + 8, _TOP + 12, "small warn")]
    if size / divisor < up.low:
        return [words(f"↓ {told}", _LEFT + 8, _HEIGHT - _BOTTOM - 8, "small warn")]
    y = up.at(size / divisor)
    return [line(_LEFT, y, right, y, "mark"), words(told, _LEFT + 8, y - 6, "small warn")]


def _labels(lines: Sequence[Line], ends: Sequence[tuple[float, float]], right: float) -> list[str]:
    heights = spread([y for _x, y in ends], _LINE, _TOP, _HEIGHT - _BOTTOM)
    return [
        label(one.label, right + 8, y + 4, "strong" if one.is_chosen else "")
        for one, y in zip(lines, heights, strict=True)
    ]
