"""A comparison: two to four contestants, each with a talk of its own, asked the same questions."""

from __future__ import annotations

import itertools
import logging
import queue
import secrets
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, cast

from qwendesk.chat.comparing.contestant import (
    Answer,
    ComparisonBegan,
    ComparisonEnded,
    Contestant,
    ContestantMoved,
    Round,
    Stage,
)
from qwendesk.chat.comparing.lane import Lane
from qwendesk.chat.comparing.lineup import Lineup
from qwendesk.chat.comparing.loads import Loads
from qwendesk.chat.comparing.plan import Planner
from qwendesk.chat.comparing.race import Race
from qwendesk.chat.talk import Choice, Talk, TurnAdded, TurnChanged
from qwendesk.chat.turn import Turn
from qwendesk.runtimes.forecast import Forecast
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import Session
from qwendesk.system.bus import Bus

_SEEDS = 2**32 - 1
_log = logging.getLogger(__name__)
_ids = itertools.count(1)


class Comparison:
    """No method blocks; what happens is told on the bus, the talks' own events with it.

    Models that fit into memory together are loaded first and then asked at once, or in turn where `in_turn`
    says so. Those that do not fit are asked one after the other, the one before unloaded first.
    """

    def __init__(
        self, runtimes: Runtimes, forecast: Forecast, bus: Bus, *, system: str = "", force: bool = False
    ) -> None:
        """`system` is everybody's system message. `force` loads also what does not fit even alone."""
        self.id = next(_ids)
        self.in_turn = False
        self._system, self._force = system, force
        self._bus = bus
        self._loads = Loads(runtimes)
        self._planner = Planner(runtimes, forecast)
        self._lineup = Lineup()
        self._race: Race | None = None
        self._lock = threading.RLock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="comparison")
        self._ended: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._leave = bus.subscribe(self._on_event)

    @property
    def contestants(self) -> tuple[Contestant, ...]:
        return tuple(one.contestant for one in self._lineup.lanes)

    @property
    def busy(self) -> bool:
        """Whether anybody loads, answers or waits for its turn."""
        return self._race is not None

    def add(self, contestant: Contestant) -> int:
        """A further contestant; its id. Raises Problem `comparison_count` for one too many."""
        with self._lock:
            lane = Lane(contestant, self._talk(contestant.choice))
            self._lineup.add(lane)
            lane.talk.conversation.system = self._system
            return lane.id

    def change(self, id: int, contestant: Contestant) -> None:
        """Another model or other settings from the next question on; the talk goes on."""
        with self._lock:
            lane = self._lineup.get(id)
            if contestant.choice != lane.choice:
                before, lane.talk = lane.talk, self._talk(contestant.choice)
                lane.talk.conversation = before.conversation
                before.close()
                self._worker.submit(self._tidy)
            lane.contestant = contestant

    def remove(self, id: int) -> None:
        """It is stopped, and its model is unloaded unless others use it."""
        with self._lock:
            self.stop(id)
            lane = self._lineup.get(id)
            self._lineup.lanes.remove(lane)
            lane.talk.close()
            self._worker.submit(self._tidy)

    def _tidy(self) -> None:
        """Unload what nobody uses any more."""
        self._loads.close([one.choice for one in self._lineup.lanes])

    def talk(self, id: int) -> Talk:
        """A contestant's talk. Raises KeyError."""
        return self._lineup.get(id).talk

    def session(self, id: int) -> Session | None:
        """The worker that answers for a contestant or did so last. Raises KeyError."""
        lane = self._lineup.get(id)
        return self._loads.session(lane.choice) or lane.talk.session

    def _talk(self, choice: Choice) -> Talk:
        return Talk(cast("Runtimes", self._loads), self._bus, choice)

    def answer(self, id: int) -> Answer | None:
        """A contestant's answer to the last question, as far as it has come."""
        return self._lineup.last_answer(self._lineup.get(id))

    def rounds(self) -> list[Round]:
        """Every question with its answers, in the order of the contestants."""
        return self._lineup.rounds()

    def ask(self, text: str) -> None:
        """Ask all of them; replies that are on their way are stopped.

        Raises:
            Problem: `comparison_count` (low, high, count), where there are too few of them.
        """
        with self._lock:
            self.stop()
            for lane, question in self._lineup.ask(text):
                self._bus.publish(TurnAdded(lane.talk.conversation.id, question))
            self._begin(self._lineup.lanes)

    def again(self, id: int) -> None:
        """Let one answer its last question again; the old reply stays, as another version."""
        with self._lock:
            lane = self._lineup.get(id)
            if lane.talk.conversation.last_question() is not None:
                self.stop(id)
                self._begin([lane])

    def _begin(self, lanes: Sequence[Lane]) -> None:
        start = partial(self._start, secrets.randbelow(_SEEDS))
        race = Race(lanes, start, self._move, self._ended)
        self._race = race
        for lane in lanes:
            lane.race = race
            self._move(lane, "waiting")
        self._worker.submit(self._run, race)

    def _start(self, seed: int, race: Race, lane: Lane) -> Turn | None:
        """The lane's reply on its way, unless it was stopped meanwhile."""
        with self._lock:
            if lane.race is not race:
                return None
            self._move(lane, "answering")
            return lane.talk.retry(lane.settings(seed))

    def _move(self, lane: Lane, stage: Stage) -> None:
        with self._lock:
            if stage == "idle":
                lane.race = None
            if lane.stage != stage:
                lane.stage = stage
                self._bus.publish(ContestantMoved(self.id, lane.id, stage))

    def stop(self, id: int | None = None) -> None:
        """Stop one of them, or all; what came in stays. Whoever did not begin yet does not begin."""
        with self._lock:
            for lane in self._lineup.lanes:
                if id in (None, lane.id):
                    lane.talk.stop()
                    if lane.stage in ("waiting", "loading"):
                        self._move(lane, "idle")

    def _run(self, race: Race) -> None:
        try:
            self._loads.forget_failed()
            missing = [one for one in race.choices if not self._loads.is_live(one)]
            plan = self._planner.plan(missing, in_turn=self.in_turn)
            self._bus.publish(ComparisonBegan(self.id, plan))
            race.run(plan, self._loads, None if self._force else self._planner)
        except Exception:
            _log.exception("comparison failed")
        finally:
            self._conclude(race)

    def _conclude(self, race: Race) -> None:
        with self._lock:
            for lane in self._lineup.lanes:
                if lane.race is race:
                    self._move(lane, "idle")
            if self._race is race:
                self._race = None
                self._bus.publish(ComparisonEnded(self.id))

    def _on_event(self, event: Any) -> None:
        """On the reader's thread, with a talk's lock held."""
        if isinstance(event, TurnChanged) and not event.turn.running:
            self._ended.put(event.turn.id)

    def clear(self) -> None:
        """Begin anew with the same contestants; what is loaded stays."""
        with self._lock:
            self.stop()
            self._lineup.clear()

    def unload(self) -> None:
        """Stop, and end the workers: all their memory comes back."""
        self.stop()
        self._worker.submit(self._loads.close)

    def close(self) -> None:
        """Stop, unload, and be told nothing more."""
        self._leave()
        with self._lock:
            self.stop()
            for lane in self._lineup.lanes:
                lane.talk.close()
        self._ended.put(None)
        self._worker.submit(self._loads.close)
        self._worker.shutdown(wait=False)
