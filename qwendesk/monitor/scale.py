"""Where the axis of a chart ends: at a round number, and not at another one with each value."""

from __future__ import annotations

import math

_ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_LOW = 0.4


def top(most: float, before: float = 0.0) -> float:
    """The end of an axis that begins at 0 and shows `most`.

    It stays where it was `before` as long as the largest value fills at least 40 % of it.
    """
    if not math.isfinite(most) or most <= 0:
        return before or 1.0
    if most <= before and most >= _LOW * before:
        return before
    unit = 10.0 ** math.floor(math.log10(most))
    return next((one * unit for one in _ROUND if one * unit >= most * 1.02), 20.0 * unit)
