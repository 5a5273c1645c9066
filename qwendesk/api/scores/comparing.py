"""How far one model's distributions are from another's, by llama.cpp's definitions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qwendesk.api.scoring import Comparison, Estimate

Floats = NDArray[np.float32]
_DEEPEST = -16.0
_PERCENTS = (0.0, 1.0, 5.0, 10.0, 50.0, 90.0, 95.0, 99.0, 99.9, 100.0)
_FIVE = 5
_FEW = 10
"""With so few values llama.cpp gives no error, either."""

Doubles = NDArray[np.float64]


class Comparing:
    """Takes rows of both, keeps five numbers for each token, gives the statistics."""

    def __init__(self) -> None:
        self._columns: list[Floats] = []

    def add(self, own: Floats, reference: Floats, tokens: NDArray[np.int32]) -> None:
        """Log-probabilities of both, shape (tokens, vocabulary), and the tokens that came."""
        at = np.arange(len(tokens))
        weight = np.where(reference > _DEEPEST, np.exp(reference), 0)
        divergence = (weight * (reference - own)).sum(axis=1, dtype=np.float64)
        five = _best(reference, min(_FIVE, reference.shape[1]))
        same_top = own.argmax(axis=1) == five[:, 0]
        columns = (divergence, own[at, tokens], reference[at, tokens], same_top, _are_best(own, five))
        self._columns.append(np.array(columns, np.float32))  # 20 bytes for each token

    def result(self) -> Comparison:
        """Of everything added, at least one token."""
        kept = np.concatenate(self._columns, axis=1)
        divergence, own, reference, same_top, same_five = kept.astype(np.float64)
        change = np.exp(own) - np.exp(reference)
        return Comparison(
            count=len(own),
            kl_mean=estimate(divergence),
            kl_percentiles=tuple((one, float(np.percentile(divergence, one))) for one in _PERCENTS),
            same_top=estimate(same_top),
            same_top_five=estimate(same_five),
            change_mean=estimate(change),
            change_rms=float(np.sqrt((change**2).mean())),
            correlation=_correlation(own, reference),
            log_ratio=estimate(reference - own),
        )


def estimate(values: Doubles) -> Estimate:
    """The mean with its standard error."""
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > _FEW else 0.0
    return Estimate(float(values.mean()), float(error))


def _best(rows: Floats, count: int) -> NDArray[np.intp]:
    """The places of the highest of each row, shape (rows, count), the highest first; of equals the first."""
    left = rows.copy()
    found = np.empty((len(rows), count), np.intp)
    for number in range(count):
        found[:, number] = left.argmax(axis=1)
        left[np.arange(len(rows)), found[:, number]] = -np.inf
    return found


def _are_best(rows: Floats, places: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether nothing else in a row is as high as the lowest of these."""
    lowest = np.take_along_axis(rows, places, axis=1).min(axis=1, keepdims=True)
    return np.asarray((rows >= lowest).sum(axis=1) <= places.shape[1])


def _correlation(first: Doubles, second: Doubles) -> float:
    if len(first) < 2 or not first.std() or not second.std():
        return 1.0 if np.array_equal(first, second) else 0.0
    return float(np.corrcoef(first, second)[0, 1])
