"""The workers of a benchmark: all of its models at once where memory holds them, else one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from qwendesk.api.speed import SpeedRequest
from qwendesk.lab.admitting import fit, must_fit
from qwendesk.lab.benchplan import Arm
from qwendesk.models.memory.fit import Room, judge
from qwendesk.runtimes.forecast import Forecast
from qwendesk.runtimes.patience import awaited
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import Session
from qwendesk.worker.question import Bench, Question

T = TypeVar("T")
_LONG_S = 86_400.0
"""A large model on a slow computer takes its time; whoever has none stops it."""
_CLOSE_S = 15.0
_WARMUP = 16


class Loads:
    """A context; within it `session` gives an arm's worker, loaded and warm. For one thread."""

    def __init__(
        self, runtimes: Runtimes, forecast: Forecast, stopped: Callable[[], bool], *, force: bool = False
    ) -> None:
        """`force` loads also what does not fit even alone."""
        self._runtimes, self._forecast, self._stopped, self._force = runtimes, forecast, stopped, force
        self._held: dict[Arm, Session] = {}
        self._together = False

    def __enter__(self) -> Loads:
        return self

    def __exit__(self, *_: object) -> None:
        self._close(list(self._held))

    def hold(self, arms: Sequence[Arm]) -> bool:
        """Whether memory and cards hold all of these at once; from then on they are kept, or not."""
        every = (fit(self._forecast, one.entrant, one.options) for one in arms)
        fits = [one for one in every if one is not None]
        room = Room(
            min((one.available for one in fits), default=0), max((one.video for one in fits), default=0)
        )
        needed, on_cards = (
            sum(one.estimate.total for one in fits),
            sum(one.estimate.on("gpu") for one in fits),
        )
        in_memory = not fits or judge(needed, room.available) != "too_big"
        self._together = in_memory and (not on_cards or judge(on_cards, room.video) != "too_big")
        return self._together

    def session(self, arm: Arm) -> tuple[Session, bool]:
        """The worker, and whether it was started for this.

        Raises:
            Problem: `comparison_too_big` (model, memory, most), or that of loading it.
            Stopped: the person stopped it.
        """
        held = self._held.get(arm)
        if held is not None and not held.state.over:
            return held, False
        self._close([one for one in self._held if one is arm or not self._together])
        if not self._together and not self._force:
            must_fit(self._forecast, arm.entrant, arm.options)
        model, runtime = arm.entrant.model, arm.entrant.runtime
        session = self._held[arm] = self._runtimes.open(model, runtime, arm.options)
        awaited(session.wait_ready, self._stopped, _LONG_S)
        self.ask(session, Bench(_warmup(arm, session.wait_ready(0).context)))
        return session, True

    def shares(self, arm: Arm) -> bool:
        """Whether another worker holds the same file: memory that it is mapped into counts half for each."""
        path = arm.entrant.model.path
        return any(one is not arm and one.entrant.model.path == path for one in self._held)

    def ask(self, session: Session, question: Question[T]) -> T:
        """The answer. Raises Problem, Stopped."""
        future = session.ask(question)
        try:
            return awaited(future.result, self._stopped, _LONG_S)
        finally:
            future.cancel()

    def _close(self, arms: Sequence[Arm]) -> None:
        """End these, and wait until their memory is free again."""
        gone = [self._held.pop(one) for one in arms]
        for session in gone:
            session.close()
        for session in gone:
            if not session.join(_CLOSE_S):
                session.kill()
                session.join(_CLOSE_S)


def _warmup(arm: Arm, context: int) -> SpeedRequest:
    """The longest prompt: memory that is touched for the first time costs time of its own."""
    longest = max(one.prompt for one in arm.cases)
    prompt = max(0, min(longest, context - 2))
    return SpeedRequest(prompt, min(arm.cases[0].decode, _WARMUP), batch=arm.cases[0].batch)
