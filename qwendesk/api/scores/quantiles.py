"""Percentiles of any number of values in constant memory."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
_ACCURACY = 5e-5
_LEAST, _MOST = 1e-12, 1e6
"""Sizes below the one count as nothing, above the other as that."""
_STEP = math.log1p(2 * _ACCURACY)
_BINS = math.ceil(math.log(_MOST / _LEAST) / _STEP)


class Quantiles:
    """Counts values in bins whose width is a ten-thousandth of what is in them, so that a percentile is true
    to one part in twenty thousand; the least and the greatest value are exact. The bins are DDSketch's
    (Masson, Rim and Lee 2019); they take 6.6 MB.
    """

    def __init__(self) -> None:
        self._counts = np.zeros(2 * _BINS + 1, np.int64)  # negative, none, positive; in the order of size
        self._least, self._greatest = math.inf, -math.inf

    def add(self, values: Doubles) -> None:
        """At least one value; what is no number makes every percentile none."""
        if np.isnan(values).any():
            self._least = self._greatest = math.nan
            return
        sizes = np.log(np.clip(np.abs(values), _LEAST, _MOST) / _LEAST) / _STEP
        places = np.sign(values).astype(np.int64) * np.ceil(sizes).astype(np.int64).clip(0, _BINS)
        np.add.at(self._counts, _BINS + places, 1)
        self._least = float(np.minimum(self._least, values.min()))
        self._greatest = float(np.maximum(self._greatest, values.max()))

    def percentiles(self, percents: tuple[float, ...]) -> tuple[float, ...]:
        """As `numpy.percentile` has them, linear between two values."""
        if math.isnan(self._least):
            return (math.nan,) * len(percents)
        below = np.cumsum(self._counts)
        last = int(below[-1]) - 1

        def value(rank: int) -> float:
            if rank in {0, last}:
                return self._greatest if rank else self._least
            return min(max(_value(int(np.searchsorted(below, rank, "right"))), self._least), self._greatest)

        found = []
        for percent in percents:
            rank = percent / 100 * last
            low, part = math.floor(rank), rank - math.floor(rank)
            found.append(value(low) * (1 - part) + (value(low + 1) * part if part else 0.0))
        return tuple(found)


def _value(bin: int) -> float:
    """The middle of a bin, from which nothing in it is further away than the accuracy."""
    place = bin - _BINS
    if not place:
        return 0.0
    return math.copysign(_LEAST * math.exp((abs(place) - 0.5) * _STEP), place)
