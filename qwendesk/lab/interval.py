"""A figure with what is known of its uncertainty, and when two figures count as equal."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_DEVIATES = 1.96
"""Standard errors around the true mean that the mean of many lies within in 95 of 100 cases (normal)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the range that it is known to lie in; both ends are the value where nobody knows.

    Of a mean the ends are its 95 % confidence interval (1.96 standard errors), of samples their quartiles.
    """

    value: float
    low: float
    high: float

    def is_below(self, other: Interval) -> bool:
        """Below it beyond doubt; ranges that touch count as equal."""
        return self.high < other.low

    @property
    def is_known(self) -> bool:
        """Whether there is a range at all."""
        return self.low < self.high


def exactly(value: float) -> Interval:
    """A figure without any doubt, or with an unknown one."""
    return Interval(value, value, value)


def around(mean: float, error: float, least: float = -math.inf, most: float = math.inf) -> Interval:
    """95 % around a mean with its standard error, no further than what is possible."""
    reach = _DEVIATES * error
    return Interval(mean, max(min(mean, least), mean - reach), min(max(mean, most), mean + reach))


def middle(samples: Sequence[float]) -> Interval | None:
    """The median and the quartiles (inclusive method); None of none."""
    if not samples:
        return None
    if len(samples) == 1:
        return exactly(samples[0])
    low, median, high = statistics.quantiles(samples, n=4, method="inclusive")
    return Interval(median, min(low, median), max(high, median))  # interpolating rounds


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over `count` things, with its standard error."""

    value: float
    error: float
    count: int


def pooled(means: Iterable[Mean]) -> Mean | None:
    """The mean over all that the means are of, each weighted by its count; None of nothing.

    The standard error is that of independent parts: the root of the sum of (count × error)², over the count.
    """
    known = [one for one in means if one.count > 0]
    count = sum(one.count for one in known)
    if not count:
        return None
    value = math.fsum(one.value * one.count for one in known) / count
    return Mean(value, math.hypot(*(one.error * one.count for one in known)) / count, count)


def number(value: Any) -> float | None:
    """A finite number of plain data; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def numbers(value: Any) -> list[float]:
    """The finite numbers of a list; of anything else none."""
    items = value if isinstance(value, list | tuple) else ()
    return [found for one in items if (found := number(one)) is not None]
