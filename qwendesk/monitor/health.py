"""Health checks: run, told as they come, and fixed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from qwendesk.api.health import CheckContext, CheckResult, Fix, HealthCheck, Pace, Trial
from qwendesk.api.problem import Note, Problem
from qwendesk.api.runtimes import Machine, RuntimeSpec
from qwendesk.models.verifying import Stopped
from qwendesk.monitor.trial import Trials
from qwendesk.runtimes.service import Runtimes

Overall = Literal["healthy", "degraded", "unhealthy"]
FAST: tuple[Pace, ...] = ("fast",)
ALL: tuple[Pace, ...] = ("fast", "deep")
_log = logging.getLogger(__name__)


def never() -> bool:
    """For whoever cannot be stopped."""
    return False


@dataclass(frozen=True, slots=True)
class Checked:
    """One finished check: `id` is the check's, and the subject's behind a dot where there are several."""

    id: str
    title: str
    result: CheckResult


@dataclass(frozen=True, slots=True)
class CheckBegun:
    """A check runs now, the `number`th of `total` (from 1)."""

    title: str
    number: int
    total: int
    stopped: Callable[[], bool] = field(default=never, compare=False, repr=False)
    """What its run was given: whoever began that knows it again by this."""


@dataclass(frozen=True, slots=True)
class CheckAdvanced:
    """How far the check, or the fix, that runs now is; `stopped` as in CheckBegun."""

    done: int
    total: int
    stopped: Callable[[], bool] = field(default=never, compare=False, repr=False)


def overall(results: Iterable[Checked]) -> Overall:
    """That of the worst result."""
    states = {one.result.status for one in results}
    return "unhealthy" if "fail" in states else "degraded" if "warn" in states else "healthy"


class Health:
    """Runs checks one after the other; one that raises has failed. Methods block."""

    def __init__(
        self,
        machine: Machine,
        runtimes: Runtimes,
        trials: Trials,
        checks: Sequence[HealthCheck],
        publish: Callable[[object], None] = lambda _event: None,
    ) -> None:
        """`publish` hears of CheckBegun and CheckAdvanced."""
        self._machine, self._runtimes, self._trials = machine, runtimes, trials
        self._checks, self._publish = checks, publish

    def run(
        self, paces: Sequence[Pace] = ALL, stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[Checked]:
        """Results as they come; no more of them once `stopped` says so."""
        context = self._context(stopped)
        chosen = [one for one in self._checks if one.pace in paces]
        for number, check in enumerate(chosen, 1):
            self._publish(CheckBegun(check.title, number, len(chosen), stopped))
            for result in _results(check, context):
                yield Checked(_id(check, result), check.title, result)
            if stopped():
                return

    def again(self, id: str, stopped: Callable[[], bool] = lambda: False) -> list[Checked]:
        """The check of that id once more, or the one result of it that is named.

        Raises:
            Problem: `check_unknown` (name, known).
        """
        check = next((one for one in self._checks if id == one.id or id.startswith(f"{one.id}.")), None)
        if check is None:
            raise Problem("check_unknown", name=id, known=", ".join(one.id for one in self._checks))
        context = self._context(stopped)
        found = [Checked(_id(check, one), check.title, one) for one in _results(check, context)]
        named = [one for one in found if id in (check.id, one.id)]
        if not named and id != check.id and not stopped():
            known = dict.fromkeys((check.id, *(one.id for one in found)))
            raise Problem("check_unknown", name=id, known=", ".join(known))
        return named

    def mend(self, fix: Fix, stopped: Callable[[], bool] = lambda: False) -> Note:
        """Do what a result offers; what was done. Raises Problem, and Stopped where `stopped` said so."""
        return fix.act(self._context(stopped))

    def _context(self, stopped: Callable[[], bool]) -> _Context:
        return _Context(self._machine, self._runtimes, self._trials, self._publish, stopped)


def _id(check: HealthCheck, result: CheckResult) -> str:
    return f"{check.id}.{result.subject}" if result.subject else check.id


def _results(check: HealthCheck, context: CheckContext) -> Iterator[CheckResult]:
    try:
        answer = check.run(context)
        for result in (answer,) if isinstance(answer, CheckResult) else answer:
            if not isinstance(result, CheckResult):
                raise TypeError(f"{check.id} answered with {type(result).__name__}")
            yield result
    except Problem as problem:
        yield CheckResult("fail", problem.note())
    except Stopped:
        return
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        _log.exception("The check %s failed by itself", check.id)
        yield CheckResult("fail", Note("internal", {"detail": f"{type(error).__name__}: {error}"}))


class _Context:
    """What checks may use, as `qwendesk.api.health.CheckContext` says. For one run."""

    def __init__(
        self,
        machine: Machine,
        runtimes: Runtimes,
        trials: Trials,
        publish: Callable[[object], None],
        stopped: Callable[[], bool],
    ) -> None:
        self.machine, self.stopped = machine, stopped
        self._runtimes, self._trials, self._publish = runtimes, trials, publish
        self._tried: dict[str, Trial | Problem] = {}

    def runtimes(self) -> list[RuntimeSpec]:
        return [one.spec for one in self._runtimes.states() if one.probe.available]

    def trial(self, runtime: str) -> Trial:
        if runtime not in self._tried:
            try:
                self._tried[runtime] = self._trials.of(runtime, self.stopped)
            except Problem as problem:
                self._tried[runtime] = problem
        found = self._tried[runtime]
        if isinstance(found, Problem):
            raise Problem.of(found.note())
        return found

    def tell(self, done: int, total: int) -> None:
        self._publish(CheckAdvanced(done, total, self.stopped))
