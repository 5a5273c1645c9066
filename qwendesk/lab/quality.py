"""What quantizing cost a model: perplexity, and how far its distributions are from a reference's."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from qwendesk.api.problem import Note, Problem
from qwendesk.api.scoring import Comparison, Estimate, TextScores, TextSize
from qwendesk.runtimes.patience import awaited
from qwendesk.runtimes.session import Session
from qwendesk.worker.question import MeasureText, Question, ScoreText

T = TypeVar("T")
Progress = Callable[[int, int], None]
WINDOW = 512
"""Tokens, as `llama-perplexity` has it."""
_PATIENCE_S = 30 * 86_400.0
"""A large model may read for days; a dead worker is noticed by its session."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Distributions to compare with: the file, whose they are, and its hash or an empty text."""

    path: Path
    name: str
    sha256: str = ""


def size(session: Session, text: str, window: int, stopped: Callable[[], bool]) -> TextSize:
    """How much a model has to read. Raises Problem `text_too_short`, or Stopped."""
    return _answer(session, MeasureText(text, window), stopped)


def measure(
    session: Session,
    text: str,
    window: int,
    *,
    reference: Reference | None = None,
    save: Path | None = None,
    progress: Progress = lambda _done, _all: None,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """The result of a row of the kind "quality", in plain data.

    A reference of another vocabulary, or one that is broken, costs the comparison and not the perplexity:
    `no_comparison` says why.

    Raises:
        Problem: `text_too_short`, those of `Scorer.score`, or the worker's death.
        Stopped: `stopped` said so.
    """
    began = time.monotonic()
    ask = ScoreText(text, window, str(save or ""), str(reference.path) if reference else "")
    refused: Note | None = None
    try:
        found = _answer(session, ask, stopped, progress)
    except Problem as problem:
        if problem.id != "score_reference" or reference is None:
            raise
        refused = problem.note()
        found = _answer(session, ScoreText(text, window, str(save or "")), stopped, progress)
    told = {**_plain(found), "seconds": time.monotonic() - began}
    if found.comparison is not None and reference is not None:
        told["comparison"] = {"reference": reference.name, **_compared(found.comparison)}
    told["no_comparison"] = None if refused is None else [refused.id, dict(refused.arguments)]
    return told


def _answer(
    session: Session, question: Question[T], stopped: Callable[[], bool], progress: Progress | None = None
) -> T:
    future: Future[T] = session.ask(question, progress)
    try:
        return awaited(future.result, stopped, _PATIENCE_S)
    finally:
        future.cancel()


def _plain(found: TextScores) -> dict[str, Any]:
    nats = -found.logprob.value * found.scored
    return {
        "tokens": found.tokens,
        "windows": found.windows,
        "scored": found.scored,
        "bytes": found.bytes,
        "logprob": _pair(found.logprob),
        "perplexity": found.perplexity,
        # Of an exponential: its value times the error of the exponent, as llama.cpp prints it.
        "perplexity_error": found.perplexity * found.logprob.error,
        "bits_per_byte": nats / 0.6931471805599453 / found.bytes if found.bytes else None,
        "comparison": None,
    }


def _compared(found: Comparison) -> Mapping[str, Any]:
    return {
        "count": found.count,
        "kl_mean": _pair(found.kl_mean),
        "kl_percentiles": [list(one) for one in found.kl_percentiles],
        "same_top": _pair(found.same_top),
        "same_top_five": _pair(found.same_top_five),
        "change_mean": _pair(found.change_mean),
        "change_rms": found.change_rms,
        "correlation": found.correlation,
        "log_ratio": _pair(found.log_ratio),
    }


def _pair(of: Estimate) -> list[float]:
    return [of.value, of.error]
