"""A slider's positions for wide ranges: equal steps for small numbers, equal ratios for large ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

POSITIONS = 200
_RATIO = 64


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps 0…POSITIONS to whole numbers from `low` to `high`, multiples of `step` in between."""

    low: int
    high: int
    step: int = 1

    @property
    def _is_wide(self) -> bool:
        return self.low > 0 and self.high / self.low > _RATIO

    def value(self, position: int) -> int:
        share = min(max(position / POSITIONS, 0.0), 1.0)
        if share in (0.0, 1.0):
            return self.low if share == 0.0 else self.high
        exact = (
            self.low * (self.high / self.low) ** share
            if self._is_wide
            else self.low + share * (self.high - self.low)
        )
        step = self.step if exact >= 2 * self.step else 1
        return min(max(round(exact / step) * step, self.low), self.high)

    def position(self, value: float) -> int:
        value = min(max(value, self.low), self.high)
        if self.high == self.low:
            return 0
        if self._is_wide:
            return round(POSITIONS * math.log(value / self.low) / math.log(self.high / self.low))
        return round(POSITIONS * (value - self.low) / (self.high - self.low))
