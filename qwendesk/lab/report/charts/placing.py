"""Where labels stand so that they cover neither points nor each other, as far as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LINE = 16.0
_AWAY = 9.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def common(self, other: Box) -> float:
        """The area that both cover."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(wide, 0.0) * max(high, 0.0)

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


def place(spots: Sequence[tuple[float, float]], widths: Sequence[float], bounds: Box) -> list[Box]:
    """A box beside each spot: right, above, left, below or between them, wherever least is covered."""
    taken = [Box(x - 6, y - 6, x + 6, y + 6) for x, y in spots]
    found = []
    for spot, width in zip(spots, widths, strict=True):
        best = min(_boxes(*spot, width), key=lambda box: _covered(box, taken, bounds))
        taken.append(best)
        found.append(best)
    return found


def spread(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Places on a line, moved so that neighbours are `least` apart, between low and high if there is room."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = list(places)
    floor = low
    for at in order:
        moved[at] = max(moved[at], floor)
        floor = moved[at] + least
    ceiling = high
    for at in reversed(order):
        moved[at] = min(moved[at], ceiling)
        ceiling = moved[at] - least
    return moved


def _boxes(x: float, y: float, width: float) -> list[Box]:
    half = _LINE / 2
    return [
        Box(left, top, left + width, top + _LINE)
        for left, top in (
            (x + _AWAY, y - half),
            (x + 6, y - _LINE - 4),
            (x - width / 2, y - _LINE - 7),
            (x - _AWAY - width, y - half),
            (x - 6 - width, y - _LINE - 4),
            (x - width / 2, y + 7),
            (x + 6, y + 4),
            (x - 6 - width, y + 4),
        )
    ]


def _covered(box: Box, taken: Sequence[Box], bounds: Box) -> float:
    outside = box.area - box.common(bounds)
    return sum(box.common(one) for one in taken) + 4 * outside
