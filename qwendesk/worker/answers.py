"""Answers to questions about a loaded model, the same for every engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qwendesk.api.engine import Engine, LoadReport, StopFlag
from qwendesk.api.problem import Problem
from qwendesk.api.scores.texts import refuse_empty
from qwendesk.worker import question as asked
from qwendesk.worker.bench import bench
from qwendesk.worker.encoder import Encoder
from qwendesk.worker.reading import Reading
from qwendesk.worker.replier import Replier

Progress = Callable[[int, int], None]


class Answers:
    """Answers on one engine; `answer` may be called from several threads at once."""

    def __init__(self, engine: Engine, report: LoadReport, replier: Replier) -> None:
        self._engine = engine
        self._report = report
        self._replier = replier
        self._encoder = Encoder(engine, report)
        self._read = Reading(engine, report, self._encoder)

    def answer(self, question: asked.AnyQuestion, stop: StopFlag, progress: Progress) -> object:
        """The answer, or None where `stop` was set.

        Raises:
            Problem: `runtime_cannot` (what, runtime), `text_empty` (number), what rendering and the
                engine raise.
            Cancelled: `stop` was set while a template was rendered.
        """
        match question:
            case asked.CountTokens(text):
                return len(self._encoder.tokens(text, special=False))
            case asked.Tokenize(text, special):
                return self._encoder.pieces(self._encoder.tokens(text, special=special))
            case asked.Render(request):
                return self._replier.render(request, stop)
            case asked.Score() | asked.Bench():
                return self._measured(question, stop, progress)
            case asked.MeasureText() | asked.ScoreText():
                return self._of_text(question, stop, progress)
            case asked.Embed(texts):
                embed = self._able("embed")
                refuse_empty(texts)
                return embed([self._encoder.document(text) for text in texts], stop)

    def _measured(self, question: asked.Score | asked.Bench, stop: StopFlag, progress: Progress) -> object:
        if isinstance(question, asked.Bench):
            return bench(self._engine, self._report, question.request, stop, progress)
        return self._able("score")(question.request, stop, progress)

    def _of_text(
        self, question: asked.MeasureText | asked.ScoreText, stop: StopFlag, progress: Progress
    ) -> object:
        if isinstance(question, asked.MeasureText):
            return self._read.size(question.text, question.window)
        score: Any = self._able("score")
        return self._read.scored(question, score, stop, progress)

    def _able(self, what: str) -> Callable[..., object]:
        """What only some engines do: see `qwendesk.api.scoring`."""
        method: Any = getattr(self._engine, what, None)
        if method is None:
            raise Problem("runtime_cannot", what=what, runtime=self._report.engine)
        made: Callable[..., object] = method
        return made
