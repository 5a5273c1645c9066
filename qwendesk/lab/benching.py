"""Measures how fast models are, in turns, and keeps every row as it grows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qwendesk.api.engine import LoadReport
from qwendesk.api.options import Option, describe
from qwendesk.api.problem import Problem
from qwendesk.lab.benchplan import Arm, BenchWish, Step, arms, steps
from qwendesk.lab.book import Book
from qwendesk.lab.entrants import Entrants
from qwendesk.lab.gauge import Gauge
from qwendesk.lab.loads import Loads
from qwendesk.lab.measured import Row
from qwendesk.lab.pace import Pace
from qwendesk.lab.sensors import Sensors
from qwendesk.lab.tally import Tally
from qwendesk.monitor.rooflines import Rooflines
from qwendesk.runtimes.forecast import Forecast
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import Session
from qwendesk.worker.question import Bench

Stage = Literal["hash", "load", "measure", "done"]
_Tallies = Mapping[Arm, Sequence[Tally]]


@dataclass(frozen=True, slots=True)
class BenchAdvance:
    """How far it is: `done` of `total` measurements. `seconds_left` is None while nothing can be said."""

    stage: Stage
    name: str = ""
    done: int = 0
    total: int = 0
    seconds_left: float | None = None


Progress = Callable[[BenchAdvance], None]


class Benching:
    """Methods block; any thread may call them."""

    def __init__(
        self,
        runtimes: Runtimes,
        entrants: Entrants,
        book: Book,
        forecast: Forecast,
        rooflines: Rooflines,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._runtimes, self._entrants, self._book = runtimes, entrants, book
        self._forecast, self._rooflines, self._clock = forecast, rooflines, clock

    def run(
        self,
        wish: BenchWish,
        progress: Progress = lambda _advance: None,
        stopped: Callable[[], bool] = lambda: False,
        kept: Callable[[Row], None] = lambda _row: None,
    ) -> list[Row]:
        """A row for each model, way to load it and measurement; one that failed says why, the others go on.

        Args:
            kept: hears of a row after each of its repetitions.

        Raises:
            Problem: the store's, or `file_unreadable`.
            Stopped: `stopped` said so; what was measured by then is in the book.
        """
        # Before anything else is at work.
        bandwidth = self._rooflines.bandwidth()
        plan = arms(wish, self._has)
        tallies = self._tallies(plan, bandwidth, progress, stopped)
        with Loads(self._runtimes, self._forecast, stopped, force=wish.force) as loads, Gauge() as gauge:
            todo = list(steps(plan, wish.grid.repetitions, together=loads.hold(plan)))
            run = _Run(self, loads, gauge, tallies, Pace(todo), progress, kept)
            try:
                for step in todo:
                    run.take(step)
            finally:
                run.close()
        progress(BenchAdvance("done", done=len(todo), total=len(todo), seconds_left=0.0))
        return [one.row for found in tallies.values() for one in found if one.row is not None]

    def keep(self, tally: Tally) -> Row:
        """Write down what is known; a row with more repetitions stays until this has as many or is over."""
        row = tally.write(self._book.machine, self._clock())
        before = self._book.find("speed", row.subject, row.settings)
        if before is None or tally.count >= _count(before) or (tally.over and tally.count):
            self._book.keep(row)
        failed = tally.unloaded(self._book.machine)
        if tally.count == 1 and failed.key != row.key:
            self._book.forget([failed])
        return row

    def known(self, tally: Tally, session: Session, report: LoadReport) -> None:
        """Note how a worker loaded its model, and what one token makes memory read then."""
        tally.loaded = {**session.recipe.options, **report.options}
        layers = {name: report.options[name] for name in ("gpu_layers",) if name in report.options}
        model, runtime = session.recipe.model, session.recipe.spec.id
        try:
            tally.reading = self._rooflines.reading(model, runtime, {**session.recipe.options, **layers})
        except Problem:
            tally.reading = None

    def _has(self, runtime: str) -> Mapping[str, Option]:
        return {one.name: one for one in describe(self._runtimes.spec(runtime).options)}

    def _tallies(
        self, plan: Sequence[Arm], bandwidth: float, progress: Progress, stopped: Callable[[], bool]
    ) -> _Tallies:
        subjects = {}
        for entrant in dict.fromkeys(one.entrant for one in plan):
            progress(BenchAdvance("hash", entrant.name))
            subjects[entrant] = self._entrants.subject(entrant, stopped)
        found = {arm: [Tally(arm, case, subjects[arm.entrant]) for case in arm.cases] for arm in plan}
        for one in (tally for arm in found.values() for tally in arm):
            one.bandwidth = bandwidth
        return found


class _Run:
    """Takes one step after the other."""

    def __init__(
        self,
        benching: Benching,
        loads: Loads,
        gauge: Gauge,
        tallies: _Tallies,
        pace: Pace,
        progress: Progress,
        kept: Callable[[Row], None],
    ) -> None:
        self._benching, self._loads, self._gauge, self._tallies = benching, loads, gauge, tallies
        self._pace, self._progress, self._kept = pace, progress, kept
        self._sensors = Sensors()

    def take(self, step: Step) -> None:
        """One repetition. Raises Stopped, and the store's Problems."""
        own = self._tallies[step.arm]
        tally = next(one for one in own if one.case == step.case)
        with self._pace.taking(step):
            if tally.over:
                return
            try:
                session = self._loaded(step, own)
            except Problem as problem:
                for one in own:
                    self._fail(one, problem)
                return
            try:
                self._measure(step, tally, session)
            except Problem as problem:
                self._fail(tally, problem)

    def _loaded(self, step: Step, own: Sequence[Tally]) -> Session:
        self._tell("load", step)
        session, is_new = self._loads.session(step.arm)
        if is_new:
            for one in own:
                self._benching.known(one, session, session.wait_ready(0))
                one.add_load(session.state.load_s)
        return session

    def _measure(self, step: Step, tally: Tally, session: Session) -> None:
        self._tell("measure", step)
        # The same texts for every model in a round; the warm-up had the seed 0.
        speed = self._loads.ask(session, Bench(replace(step.case, seed=step.round + 1)))
        moment = self._sensors.look(session, shares=self._loads.shares(step.arm))
        tally.add(speed, self._gauge.joules_per_token(speed.written), moment)
        tally.over = tally.count == self._pace.rounds
        self._kept(self._benching.keep(tally))

    def _fail(self, tally: Tally, problem: Problem) -> None:
        if not tally.over:
            tally.fail(problem.note())
            self._kept(self._benching.keep(tally))

    def _tell(self, stage: Stage, step: Step) -> None:
        pace = self._pace
        self._progress(BenchAdvance(stage, step.arm.entrant.name, pace.done, pace.total, pace.seconds_left))

    def close(self) -> None:
        self._sensors.close()


def _count(row: Row) -> int:
    return max(len(row.result.get(name) or ()) for name in ("prompt_tps", "decode_tps"))
