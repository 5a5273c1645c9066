"""How far one model's distributions are from another's, by llama.cpp's definitions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qwendesk.api.scores.moments import Moments
from qwendesk.api.scores.quantiles import Quantiles
from qwendesk.api.scores.scratch import Scratch
from qwendesk.api.scoring import Comparison

Floats = NDArray[np.float32]
_DEEPEST = -16.0
_PERCENTS = (0.0, 1.0, 5.0, 10.0, 50.0, 90.0, 95.0, 99.0, 99.9, 100.0)
_FIVE = 5
_FEW = 11
"""With fewer values llama.cpp gives no error, either."""

_DIVERGENCE, _TOP, _TOP_FIVE, _CHANGE, _OWN, _REFERENCE, _RATIO = range(7)


class Comparing:
    """Takes rows of both, gives the statistics; in constant memory, however long the text is."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._moments = Moments(7)
        self._divergences = Quantiles()

    def add(self, own: Floats, reference: Floats, tokens: NDArray[np.int32]) -> None:
        """Log-probabilities of both, shape (tokens, vocabulary), and the tokens that came. Overwrites the
        reference's."""
        at = np.arange(len(tokens))
        mine, its = own[at, tokens].astype(np.float64), reference[at, tokens].astype(np.float64)
        five = _best(reference, min(_FIVE, reference.shape[1]))
        same_top, change = own.argmax(axis=1) == five[:, 0], np.exp(mine) - np.exp(its)
        divergence = self._divergence(own, reference)
        columns = (divergence, same_top, _are_best(own, five), change, mine, its, its - mine)
        self._moments.add(np.stack(columns, axis=1, dtype=np.float64))
        self._divergences.add(divergence)

    def _divergence(self, own: Floats, reference: Floats) -> NDArray[np.float64]:
        """The sums of p (log p - log q), shape (tokens,). Overwrites the reference."""
        weight = np.exp(reference, out=self._scratch.array("powers", own.shape))
        weight *= np.greater(reference, _DEEPEST, out=self._scratch.array("counts", own.shape, np.bool_))
        reference -= own
        reference *= weight
        return np.asarray(reference.sum(axis=1, dtype=np.float64))

    def result(self) -> Comparison:
        """Of everything added, at least one token."""
        found = self._moments
        percentiles = zip(_PERCENTS, self._divergences.percentiles(_PERCENTS), strict=True)
        return Comparison(
            count=found.count,
            kl_mean=found.estimate(_DIVERGENCE, _FEW),
            kl_percentiles=tuple(percentiles),
            same_top=found.estimate(_TOP, _FEW),
            same_top_five=found.estimate(_TOP_FIVE, _FEW),
            change_mean=found.estimate(_CHANGE, _FEW),
            change_rms=found.root_mean_square(_CHANGE),
            correlation=self._correlation(),
            log_ratio=found.estimate(_RATIO, _FEW),
        )

    def _correlation(self) -> float:
        found = self._moments.correlation(_OWN, _REFERENCE)
        if found is not None:
            return found
        return 1.0 if self._moments.root_mean_square(_RATIO) == 0 else 0.0


def _best(rows: Floats, count: int) -> NDArray[np.intp]:
    """The places of the highest of each row, shape (rows, count), the highest first; of equals the first."""
    at = np.arange(len(rows))
    found = np.empty((len(rows), count), np.intp)
    taken = np.empty((len(rows), count), rows.dtype)
    for number in range(count):
        found[:, number] = place = rows.argmax(axis=1)
        taken[:, number] = rows[at, place]
        rows[at, place] = -np.inf
    rows[at[:, None], found] = taken
    return found


def _are_best(rows: Floats, places: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether nothing else in a row is as high as the lowest of these."""
    lowest = np.take_along_axis(rows, places, axis=1).min(axis=1, keepdims=True)
    return np.asarray(np.count_nonzero(rows >= lowest, axis=1) <= places.shape[1])
