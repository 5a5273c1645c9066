"""Texts that a model reads and is asked how probable it found them: perplexity, and comparisons of models."""

from __future__ import annotations

from collections.abc import Callable

from qwendesk.api.engine import Engine, LoadReport, StopFlag
from qwendesk.api.problem import Problem
from qwendesk.api.scores.layout import file_bytes, first_scored
from qwendesk.api.scoring import ScoreRequest, Scores, TextScores, TextSize
from qwendesk.worker.encoder import Encoder
from qwendesk.worker.question import ScoreText

Progress = Callable[[int, int], None]
Score = Callable[[ScoreRequest, StopFlag, Progress], Scores | None]
_LEAST = 2
"""Windows, as llama.cpp wants them: fewer say nothing."""


class Reading:
    """On one engine."""

    def __init__(self, engine: Engine, report: LoadReport, encoder: Encoder) -> None:
        self._engine, self._report, self._encoder = engine, report, encoder

    def size(self, text: str, window: int) -> TextSize:
        """How much there is to read. Raises Problem `text_too_short` (tokens, window, least)."""
        count = len(self._tokens(text, window))
        return TextSize(count, count // window, file_bytes(count, window, self._report.vocabulary))

    def _tokens(self, text: str, window: int) -> tuple[int, ...]:
        tokens = self._encoder.document(text)
        if len(tokens) < _LEAST * window:
            raise Problem("text_too_short", tokens=len(tokens), window=window, least=_LEAST * window)
        return tokens

    def scored(self, of: ScoreText, score: Score, stop: StopFlag, progress: Progress) -> TextScores | None:
        """None where `stop` was set.

        Raises:
            Problem: `text_too_short`, and those of `Scorer.score`.
        """
        tokens, window = self._tokens(of.text, of.window), of.window
        first = first_scored(window)
        request = ScoreRequest(
            tokens, window=window, first=first, save=of.save, reference=of.reference, each=False
        )
        found = score(request, stop, progress)
        if found is None:
            return None
        starts = range(0, len(tokens) // window * window, window)
        read = sum(len(self._engine.detokenize(tokens[at + first : at + window])) for at in starts)
        return TextScores(
            tokens=found.windows * window,
            windows=found.windows,
            scored=found.scored,
            bytes=read,
            logprob=found.logprob,
            perplexity=found.perplexity,
            comparison=found.comparison,
        )
