"""Where a value stands on an axis, and the values that are written beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_FEW = 3
_LEAST, _MOST = 1e-12, 1e300
_NOTHING = 1e-300


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high` in the figure's unit, from `start` to `end` in pixels; beyond is at an end."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def at(self, value: float) -> float:
        """Pixels."""
        length = self._bent(self.high) - self._bent(self.low)
        share = (self._bent(value) - self._bent(self.low)) / length if length else 0.0
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def ticks(self, count: int = 5) -> list[float]:
        """Round values within, about so many."""
        return _decades(self.low, self.high) if self.is_log else _steps(self.low, self.high, count)

    def _bent(self, value: float) -> float:
        return math.log10(min(max(value, _LEAST), _MOST)) if self.is_log else value


def linear(values: Sequence[float], start: float, end: float, *, from_zero: bool = False) -> Scale:
    """An axis with room for all finite values; from 0 if asked for, else with a little room around them."""
    low, high = _span(values)
    if from_zero:
        low, high = min(0.0, low), max(0.0, high) * 1.02
    else:
        room = (high - low) * 0.08 or abs(high) * 0.1
        low, high = low - room, high + room
    if not high - low > _NOTHING:
        high = low + 1
    return Scale(low, high, start, end)


def logarithmic(values: Sequence[float], start: float, end: float) -> Scale:
    """An axis for positive values."""
    low, high = _span([max(one, _LEAST) for one in values])
    low, high = max(low, _LEAST), max(high, _LEAST)
    return Scale(low / 1.35, high * 1.35, start, end, is_log=True)


def _span(values: Sequence[float]) -> tuple[float, float]:
    finite = [min(max(one, -_MOST), _MOST) for one in values if math.isfinite(one)]
    return (min(finite), max(finite)) if finite else (0.0, 1.0)


def _steps(low: float, high: float, count: int) -> list[float]:
    rough = (high - low) / max(count, 1)
    size = 10 ** math.floor(math.log10(rough))
    step = size * next((one for one in (1, 2, 2.5, 5, 10) if one * size >= rough), 10)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [at * step for at in range(first, min(last, first + 20) + 1)]


def _decades(low: float, high: float) -> list[float]:
    """Powers of ten, fewer of them where they are many; doubles and fives, or equal steps, where few."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    powers = range(first, last + 1)
    every = -(-len(powers) // 10)
    tens = [10.0**one for one in powers[::every] if low <= 10.0**one <= high]
    if len(tens) >= _FEW:
        return tens
    more = [found for one in powers for part in (1, 2, 5) if low <= (found := part * 10.0**one) <= high]
    return more if len(more) >= _FEW else [one for one in _steps(low, high, 5) if one > 0]
