"""True replies by the bundled model, on each runtime once in a run of checks."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TypeVar

from qwendesk.api.health import Trial
from qwendesk.api.messages import Message, Thinking
from qwendesk.api.problem import Problem
from qwendesk.api.reply import Finished, ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.models.model import Model
from qwendesk.runtimes.lastgood import LastGood
from qwendesk.runtimes.patience import awaited
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import Session
from qwendesk.store.speeds import SpeedRows

T = TypeVar("T")
QUESTION, RIGHT = "What is 23 + 45?", "68"
ANSWER_S = 120.0
_REPLIES = 4
_COMPARED = 5
_GOOD = 0.5
"""The share of the usual speed from which on a trial counts for later ones; the check warns below it."""
_KEPT_AS = "health check"
"""In the place of a model's path; without bytes it is no sign of how fast this computer reads weights."""


class Trials:
    """Loads the bundled model and asks it; what it said once is not asked again."""

    def __init__(
        self, runtimes: Runtimes, good: LastGood, speeds: SpeedRows, seedling: Callable[[], Model]
    ) -> None:
        self._runtimes, self._good, self._speeds, self._seedling = runtimes, good, speeds, seedling

    def of(self, runtime: str, stopped: Callable[[], bool]) -> Trial:
        """Blocks while a worker starts, loads and answers twice; a stop is noticed within a moment.

        Raises:
            Problem: that of the load or the reply, `no_answer_in_time` (model, seconds).
            Stopped: `stopped` said so.
        """
        model = self._runtimes.form_of(self._seedling(), runtime)
        session = self._runtimes.open(model, runtime)
        self._good.leave_out(session)
        try:
            report = _awaited(session.wait_ready, stopped, model.title)
            plain = _reply(session, False, stopped, model.title)
            several = [_reply(session, True, stopped, model.title) for _ in range(_REPLIES)]
        finally:
            session.close()
            session.join(10)
        best = max((one.timings.decode_tps or 0.0 for one in several), default=0.0)
        right = all(RIGHT in one.answer for one in (plain, *several))
        usual = self._compared(runtime, best if right else 0.0, several[0].usage.completion_tokens)
        return Trial(QUESTION, RIGHT, plain, several[0], best or None, usual, report.instructions)

    def _compared(self, runtime: str, best: float, tokens: int) -> float | None:
        """The median of the good trials before; this one is remembered if it was good as well."""
        try:
            before = self._speeds.of(_KEPT_AS, runtime, _COMPARED)
            usual = statistics.median(before) if before else None
            if best and best >= _GOOD * (usual or 0.0):
                self._speeds.insert((time.time(), _KEPT_AS, runtime, tokens, best, 0))
        except Problem:
            return None
        return usual


def _reply(session: Session, think: bool, stopped: Callable[[], bool], title: str) -> Finished:
    request = ReplyRequest((Message("user", QUESTION),), Sampling(temperature=0.0), Thinking(on=think))
    reply, _ = session.stream(request)
    return _awaited(reply.wait, stopped, title)


def _awaited(wait: Callable[[float], T], stopped: Callable[[], bool], title: str) -> T:
    try:
        return awaited(wait, stopped, ANSWER_S)
    except TimeoutError:
        raise Problem("no_answer_in_time", model=title, seconds=ANSWER_S) from None
