"""How probable a model finds a text, and how far it is from another model: scores, comparisons, embeddings.

Full distributions (a vocabulary wide for each token) stay with the engine: they are written to a file
and read from one, and only statistics come out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from qwendesk.api.engine import Candidate, StopFlag


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """Tokens to be scored.

    They are cut into windows of `window` tokens; each is read on an empty sequence, and a shorter rest at
    the end is left out. llama.cpp's perplexity tool has `window` 512 and `first` 257.

    Args:
        tokens: at least two.
        window: tokens in a window; None makes one window of all.
        first: the first token scored in each window, counted from 0; at least 1, for nothing comes before 0.
        top: how many of the likeliest tokens to report with each score.
        save: a file for the full distributions, in the format of `llama-perplexity --kl-divergence-base`.
        reference: such a file, to be compared with; it must hold the same tokens in the same windows.
        each: whether every token's score comes back; without them the answer is small for any text.
    """

    tokens: tuple[int, ...]
    window: int | None = None
    first: int = 1
    top: int = 0
    save: str = ""
    reference: str = ""
    each: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """A token with the natural logarithm of its probability behind the tokens before it in its window."""

    place: int
    id: int
    logprob: float
    top: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its standard error (sample standard deviation / square root of the count)."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """This model (q) against the reference (p), over the scored tokens; by llama.cpp's definitions
    (tools/perplexity/perplexity.cpp, `kl_divergence`).

    Args:
        count: scored tokens.
        kl_mean: mean of the KL divergence, sum over the vocabulary of p (log p - log q), in nats.
        kl_percentiles: (percent, divergence) for 0, 1, 5, 10, 50, 90, 95, 99, 99.9 and 100.
        same_top, same_top_five: the share of tokens where both find the same one likeliest, and where the
            five likeliest are the same set.
        change_mean, change_rms: of the change of the text's own probability, q - p.
        correlation: of the two models' log-probabilities of the text, Pearson's.
        log_ratio: mean of log p - log q of the text: the logarithm of the ratio of the perplexities.
    """

    count: int
    kl_mean: Estimate
    kl_percentiles: tuple[tuple[float, float], ...]
    same_top: Estimate
    same_top_five: Estimate
    change_mean: Estimate
    change_rms: float
    correlation: float
    log_ratio: Estimate


@dataclass(frozen=True, slots=True)
class Scores:
    """What came out; perplexity is exp(-mean of the log-probabilities).

    Args:
        logprob: that mean, in nats.
        scored: tokens; `scores` may be left out.
    """

    scores: tuple[Score, ...]
    windows: int
    perplexity: float
    comparison: Comparison | None = None
    logprob: Estimate = Estimate(0.0, 0.0)
    scored: int = 0


@dataclass(frozen=True, slots=True)
class TextSize:
    """A text before it is scored.

    Args:
        tokens: of all of it; windows: that are full.
        file_bytes: what a reference file of it would take.
    """

    tokens: int
    windows: int
    file_bytes: int


@dataclass(frozen=True, slots=True)
class TextScores:
    """A text that was scored by llama.cpp's definitions: full windows, the second half of each.

    Args:
        tokens: in the windows; scored: tokens that were.
        bytes: those of the scored tokens.
        logprob: the mean of the natural logarithms, with its standard error.
    """

    tokens: int
    windows: int
    scored: int
    bytes: int
    logprob: Estimate
    perplexity: float
    comparison: Comparison | None = None


class Scorer(Protocol):
    """An engine with the capability "score"."""

    def score(
        self, request: ScoreRequest, stop: StopFlag, progress: Callable[[int, int], None]
    ) -> Scores | None:
        """Score; None when `stop` was set. `progress` hears of tokens read and tokens in all.

        Raises:
            Problem: `score_too_short`, `prompt_too_long`, `score_reference` (path, detail), `disk_full`.
        """
        ...


class Embedder(Protocol):
    """An engine with the capability "embed"."""

    def embed(self, texts: Sequence[Sequence[int]], stop: StopFlag) -> list[list[float]] | None:
        """One vector of length 1 for each text's tokens; None when `stop` was set.

        Raises:
            Problem: `text_empty` (number, counted from 1), `prompt_too_long`.
        """
        ...
