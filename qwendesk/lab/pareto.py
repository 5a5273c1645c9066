"""Which models are beaten: another one is no worse in drift nor in cost, and better in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qwendesk.lab.interval import Interval, exactly
from qwendesk.lab.line import Line

Axis = Literal["size", "speed", "memory"]
"""What drift is weighed against: bytes of the file, generated tokens a second, bytes of memory."""


@dataclass(frozen=True, slots=True)
class Point:
    """A model between two axes; `across` is in the axis's unit, `drift` in nats."""

    key: str
    label: str
    across: Interval
    drift: Interval


def along(line: Line, axis: Axis) -> Interval | None:
    """Where a model stands on an axis, in its unit; None where that is not known."""
    if axis == "size":
        return exactly(line.subject.size_bytes)
    if axis == "memory":
        return exactly(line.memory.bytes) if line.memory is not None else None
    return line.speed.decode if line.speed is not None else None


def cost(line: Line, axis: Axis) -> Interval | None:
    """The same, so that less is better."""
    found = along(line, axis)
    return _turned(found) if found is not None and axis == "speed" else found


def points(lines: Sequence[Line], axis: Axis) -> list[Point]:
    """The models of which both is known; the reference has no drift, so it is none of them."""
    found = ((one, along(one, axis), one.drift) for one in lines)
    return [Point(one.key, one.label, x, y) for one, x, y in found if x is not None and y is not None]


def beaten(points: Sequence[Point], axis: Axis) -> dict[str, str]:
    """The keys of beaten points, each with the key of the one that drifts least of those that beat it.

    A difference counts where it is beyond doubt (`Interval.is_below`). Beating needs one such difference, and
    that neither value is worse; so no two points beat each other, and not all of any points are beaten.
    """
    found = {}
    for one in points:
        better = [other for other in points if _beats(other, one, axis)]
        if better:
            found[one.key] = min(better, key=lambda other: _rank(other, axis)).key
    return found


def _rank(point: Point, axis: Axis) -> tuple[float, float, str]:
    return point.drift.value, _cost(point, axis).value, point.key


def _beats(one: Point, other: Point, axis: Axis) -> bool:
    pairs = ((_cost(one, axis), _cost(other, axis)), (one.drift, other.drift))
    no_worse = all(mine.value <= theirs.value for mine, theirs in pairs)
    return no_worse and any(mine.is_below(theirs) for mine, theirs in pairs)


def _cost(point: Point, axis: Axis) -> Interval:
    return _turned(point.across) if axis == "speed" else point.across


def _turned(interval: Interval) -> Interval:
    return Interval(-interval.value, -interval.high, -interval.low)
