"""Windows of a text, and what becomes of their logits: scores, a file of them, a comparison with one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import numpy as np
from numpy.typing import NDArray

from qwendesk.api.engine import Candidate
from qwendesk.api.problem import Problem
from qwendesk.api.scores.basefile import BaseReader, BaseWriter
from qwendesk.api.scores.comparing import Comparing
from qwendesk.api.scores.layout import first_scored
from qwendesk.api.scores.moments import Moments
from qwendesk.api.scores.scratch import Scratch
from qwendesk.api.scoring import Score, ScoreRequest, Scores

Floats = NDArray[np.float32]
Tokens = NDArray[np.int32]
_BLOCK_BYTES = 4 << 20


class Stopped(Exception):
    """The run was cancelled: on its way out it leaves no half file."""


def windows(request: ScoreRequest, vocabulary: int, trained: int) -> tuple[Tokens, int]:
    """The tokens of whole windows, and the length of one.

    Args:
        vocabulary: how many tokens there are.
        trained: the longest context of the model in tokens; 0 is unknown.

    Raises:
        Problem: `score_too_short`, `prompt_too_long`, `score_reference`, `engine_failed`.
    """
    tokens = np.array(request.tokens, np.int32)
    window = request.window or len(tokens)
    if len(tokens) < 2 or len(tokens) < window or not 1 <= request.first < window:
        raise Problem("score_too_short", tokens=len(tokens), window=window)
    if len(tokens) and not (tokens.min() >= 0 and tokens.max() < vocabulary):
        raise Problem("engine_failed", detail="a token lies outside the vocabulary")
    if trained and window > trained:
        raise Problem("prompt_too_long", prompt_tokens=window, context=trained)
    path = request.save or request.reference
    if path and request.first != first_scored(window):
        detail = f"this file format scores from token {first_scored(window)} of a window on"
        raise Problem("score_reference", path=path, detail=detail)
    return tokens[: len(tokens) // window * window], window


class Outcome:
    """Takes rows of logits in the order of the text. `likeliest` spells the best of a row of logarithms."""

    def __init__(
        self,
        request: ScoreRequest,
        likeliest: Callable[[Floats, int], tuple[Candidate, ...]],
        writer: BaseWriter | None,
        reader: BaseReader | None,
    ) -> None:
        self._top, self._likeliest, self._each = request.top, likeliest, request.each
        self._logprobs = Moments(1)
        self._writer, self._reader = writer, reader
        self._scratch = Scratch()
        self._comparing = Comparing(self._scratch) if reader is not None else None
        self._scores: list[Score] = []
        self._rows = 0

    def take(self, logits: Floats, came: Tokens, place: int) -> None:
        """Logits, shape (tokens, vocabulary), and the tokens that really followed, from this place on."""
        rows = max(1, _BLOCK_BYTES // (4 * logits.shape[1]))
        for at in range(0, len(came), rows):
            self._take(logits[at : at + rows], came[at : at + rows], place + at)

    def _take(self, logits: Floats, came: Tokens, place: int) -> None:
        """So few rows that they stay near the processor while they are gone over several times."""
        totals = log_totals(logits, self._scratch.array("powers", logits.shape))
        if self._writer is not None:
            self._writer.add(logits, totals)
        said = logits[np.arange(len(came)), came] - totals
        self._logprobs.add(said[:, None].astype(np.float64))
        if self._comparing is not None and self._reader is not None:
            own = np.subtract(logits, totals[:, None], out=self._scratch.array("own", logits.shape))
            reference = self._scratch.array("reference", logits.shape)
            self._reader.rows(self._rows, reference)
            self._comparing.add(own, reference, came)
        self._rows += len(came)
        if self._each:
            own = logits - totals[:, None] if self._top else logits
            numbers = zip(came.tolist(), said.tolist(), strict=True)
            for at, (id, logprob) in enumerate(numbers):
                self._scores.append(self._score(own[at], place + at, id, logprob))

    def _score(self, row: Floats, place: int, id: int, logprob: float) -> Score:
        candidates = self._likeliest(row, self._top) if self._top else ()
        return Score(place, id, logprob, candidates)

    def result(self, count: int) -> Scores:
        """Of everything that was taken, from so many windows."""
        logprob = self._logprobs.estimate(0)
        comparison = self._comparing.result() if self._comparing is not None else None
        perplexity = float(np.exp(-logprob.value))
        return Scores(tuple(self._scores), count, perplexity, comparison, logprob, self._rows)


@contextmanager
def outcome(
    request: ScoreRequest,
    tokens: Tokens,
    window: int,
    vocabulary: int,
    likeliest: Callable[[Floats, int], tuple[Candidate, ...]],
) -> Iterator[Outcome]:
    """An outcome with its files open; what is written is in place once this is left without an error."""
    with ExitStack() as stack:
        reader = BaseReader(request.reference, tokens, window, vocabulary) if request.reference else None
        writer = (
            stack.enter_context(BaseWriter(request.save, tokens, window, vocabulary))
            if request.save
            else None
        )
        yield Outcome(request, likeliest, writer, reader)


def log_totals(logits: Floats, room: Floats | None = None) -> Floats:
    """The logarithm of each row's sum of exponentials; logits less it are log-probabilities.

    Args:
        room: for as many numbers, which are overwritten.
    """
    best = logits.max(axis=-1, keepdims=True)
    powers = np.subtract(logits, best, out=room)
    total = np.exp(powers, out=powers).sum(axis=-1, dtype=np.float64)
    return np.asarray(best[..., 0] + np.log(total), np.float32)


def log_softmax(logits: Floats) -> Floats:
    """Natural logarithms of the probabilities along the last axis, shape as given."""
    return np.asarray(logits - log_totals(logits)[..., None])
