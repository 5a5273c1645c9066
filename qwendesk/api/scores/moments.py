"""Means and standard errors of any number of values in constant memory."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qwendesk.api.scoring import Estimate

Doubles = NDArray[np.float64]


class Moments:
    """Of several columns: their count, means, and sums of products of deviations.

    Blocks are joined after Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing
    sample variances (1979), which loses nothing where the spread is small beside the mean.
    """

    def __init__(self, columns: int) -> None:
        self.count = 0
        self._means = np.zeros(columns)
        self._products = np.zeros((columns, columns))

    def add(self, rows: Doubles) -> None:
        """Values, shape (rows, columns); at least one row."""
        count, means = len(rows), rows.mean(axis=0)
        off, step, total = rows - means, means - self._means, self.count + len(rows)
        self._products += off.T @ off + np.outer(step, step) * (self.count * count / total)
        self._means += step * (count / total)
        self.count = total

    def estimate(self, column: int, least: int = 2) -> Estimate:
        """A column's mean with its standard error, which of fewer than `least` values is 0."""
        known = self.count >= least
        variance = self._products[column, column] / (self.count - 1) if known else 0.0
        return Estimate(float(self._means[column]), math.sqrt(variance / self.count) if known else 0.0)

    def root_mean_square(self, column: int) -> float:
        return math.sqrt(self._products[column, column] / self.count + self._means[column] ** 2)

    def correlation(self, first: int, second: int) -> float | None:
        """Pearson's; None where a column is constant."""
        spread = self._products[first, first] * self._products[second, second]
        return float(self._products[first, second] / math.sqrt(spread)) if spread > 0 else None
