"""The scripted engine with scores and embeddings: numbers that follow from the tokens, no weights."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence

from fakes.scripted_engine import ScriptedEngine
from qwendesk.api.engine import Candidate, StopFlag
from qwendesk.api.problem import Problem
from qwendesk.api.scoring import Score, ScoreRequest, Scores


class ScoringEngine(ScriptedEngine):
    """Finds each token less probable the larger its id is, modulo 10; pauses before each where it shall."""

    def score(
        self, request: ScoreRequest, stop: StopFlag, progress: Callable[[int, int], None]
    ) -> Scores | None:
        """See `qwendesk.api.scoring.Scorer`."""
        total, window = len(request.tokens), request.window or len(request.tokens)
        if total < 2:
            raise Problem("score_too_short", tokens=total)
        scores = []
        pause = threading.Event()
        for place, id in enumerate(request.tokens):
            if stop.is_set():
                return None
            pause.wait(self._options.pause_s)
            progress(place + 1, total)
            if place % window >= request.first:
                scores.append(Score(place, id, self._logprob(id), self._top(id, request.top)))
        mean = sum(one.logprob for one in scores) / len(scores)
        return Scores(tuple(scores), total // window, math.exp(-mean))

    def embed(self, texts: Sequence[Sequence[int]], stop: StopFlag) -> list[list[float]] | None:
        """See `qwendesk.api.scoring.Embedder`: the texts' lengths as directions."""
        if stop.is_set():
            return None
        angles = [float(len(one)) for one in texts]
        return [[math.cos(one), math.sin(one)] for one in angles]

    @staticmethod
    def _logprob(id: int) -> float:
        return -float(id % 10) / 10

    def _top(self, id: int, count: int) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(one, self.detokenize([one]), self._logprob(one))
            for one in range(ord("a"), ord("a") + count)
        )
