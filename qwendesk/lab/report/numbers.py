"""Numbers of a report: as many decimals as they deserve, the same down a column."""

from __future__ import annotations

import math
from collections.abc import Iterable

_MOST = 6
"""Decimals of a column."""


def decimals(values: Iterable[float], significant: int = 2) -> int:
    """So many that the smallest value that is not 0 still shows this many significant digits."""
    sizes = [abs(one) for one in values if math.isfinite(one) and one != 0]
    if not sizes:
        return 0
    return min(max(0, significant - 1 - math.floor(math.log10(min(sizes)))), _MOST)


def tick_places(ticks: Iterable[float]) -> int:
    """Decimals with which none of an axis's values is rounded."""
    values = list(ticks)
    fits = (
        at for at in range(_MOST) if all(math.isclose(round(one, at), one, abs_tol=1e-9) for one in values)
    )
    return next(fits, _MOST)


def plain(value: float, places: int) -> str:
    """ "1,234.5"; "∞" where it is."""
    if not math.isfinite(value):
        return "∞"
    return f"{value:.{places}e}" if abs(value) >= 1e15 else f"{value:,.{places}f}"


def unit_of(most: float) -> tuple[str, float]:
    """The decimal unit for bytes up to this many, and the bytes in it."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if most >= size:
            return unit, size
    return "B", 1.0


def tokens(count: int) -> str:
    """A context as people say it: "32k" of 32,768."""
    return f"{count // 1024}k" if count >= 1024 and count % 1024 == 0 else f"{count:,}"
