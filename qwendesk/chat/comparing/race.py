"""One question, answered by all: loaded together or in turn, as many at once as a worker has slots."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Sequence

from qwendesk.api.problem import Problem
from qwendesk.chat.comparing.contestant import Stage
from qwendesk.chat.comparing.lane import Lane
from qwendesk.chat.comparing.loads import Loads, distinct, same
from qwendesk.chat.comparing.plan import Plan, Planner
from qwendesk.chat.talk import Choice
from qwendesk.chat.turn import Turn
from qwendesk.runtimes.session import Session

_TICK = 0.2
Start = Callable[["Race", Lane], Turn | None]


class Race:
    """Lanes that belong to it begin; one that was stopped or asked anew meanwhile does not any more.

    `ended` gives the ids of turns that are over, also of others; None ends the waiting.
    """

    def __init__(
        self,
        lanes: Sequence[Lane],
        start: Start,
        move: Callable[[Lane, Stage], None],
        ended: queue.SimpleQueue[int | None],
    ) -> None:
        self._lanes = tuple(lanes)
        self._start, self._move, self._ended = start, move, ended

    @property
    def choices(self) -> list[Choice]:
        """What has to be loaded for it, each once."""
        return distinct([one.choice for one in self._lanes])

    def run(self, plan: Plan, loads: Loads, planner: Planner | None) -> None:
        """Blocks until the last answer is over. Without a `planner` nothing is refused for its size."""
        if plan.mode == "together":
            self._load(loads, self._lanes)
            self._answer(loads, self._lanes)
            return
        for lane in self._in_turn(plan):
            if plan.unloads:
                self._make_room(loads, lane, planner)
            self._load(loads, [lane])
            self._answer(loads, [lane])
        if plan.unloads:
            loads.close()  # the next question finds all memory free, and is planned from that

    def _belongs(self, lane: Lane) -> bool:
        return lane.race is self

    def _in_turn(self, plan: Plan) -> Sequence[Lane]:
        """In their order; where that saves a load, those of one model after one another."""
        if not plan.unloads:
            return self._lanes
        return [lane for one in self.choices for lane in self._lanes if same(lane.choice, one)]

    def _make_room(self, loads: Loads, lane: Lane, planner: Planner | None) -> None:
        """Unload all others; refuse what is too big for all that is free then."""
        if not self._belongs(lane):
            return
        choice = lane.choice
        loads.close([choice])
        try:
            if planner is not None and not loads.is_live(choice):
                planner.must_fit(choice)
        except Problem as problem:
            loads.refuse(choice, problem)

    def _load(self, loads: Loads, lanes: Sequence[Lane]) -> None:
        """Load all before any is asked: loading takes the processor and the disk from those that answer."""
        for lane in filter(self._belongs, lanes):
            self._move(lane, "loading")
            try:
                loads.open(lane.choice.model, lane.choice.runtime, lane.choice.options)
            except Problem:
                continue  # the talk asks for the same, and tells it in the reply's place
        for lane in lanes:
            self._wait_loaded(loads, lane)

    def _wait_loaded(self, loads: Loads, lane: Lane) -> None:
        session = loads.session(lane.choice)
        while session is not None and self._belongs(lane):
            try:
                session.wait_ready(_TICK)
                return
            except TimeoutError:
                continue
            except Problem:
                return

    def _answer(self, loads: Loads, lanes: Sequence[Lane]) -> None:
        waiting, flying = deque(lanes), dict[int, Lane]()
        while True:
            for lane in list(waiting):
                if self._has_room(loads, lane, flying):
                    waiting.remove(lane)
                    turn = self._start(self, lane)
                    if turn is not None:
                        flying[turn.id] = lane
            if not flying or (ended := self._ended.get()) is None:
                return
            if (over := flying.pop(ended, None)) is not None:
                over.measure(ended)
                if self._belongs(over):
                    self._move(over, "idle")

    @staticmethod
    def _has_room(loads: Loads, lane: Lane, flying: dict[int, Lane]) -> bool:
        beside = sum(same(one.choice, lane.choice) for one in flying.values())
        return beside < _slots(loads.session(lane.choice))


def _slots(session: Session | None) -> int:
    """How many it answers at once; what could not be loaded refuses one after the other."""
    report = session.state.report if session is not None else None
    return max(1, report.slots) if report is not None else 1
