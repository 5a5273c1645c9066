"""Health checks: every runtime's probe, then what the plugins contribute."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qwendesk.api.health import CheckContext, CheckResult, HealthCheck
from qwendesk.api.messages import Message, Thinking
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import ReplyRequest
from qwendesk.api.runtimes import Machine
from qwendesk.api.sampling import Sampling
from qwendesk.models.library import Library
from qwendesk.plugins import PluginReport
from qwendesk.runtimes.service import Runtimes, RuntimeState

ANSWER_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Checked:
    """One finished check."""

    id: str
    title: str
    result: CheckResult


class Health:
    """Runs every check, one after the other; a check that raises is a failed check."""

    def __init__(
        self,
        machine: Machine,
        runtimes: Runtimes,
        library: Library,
        checks: Sequence[HealthCheck],
        plugins: Callable[[], list[PluginReport]],
    ) -> None:
        self._context = _Context(machine, runtimes, library)
        self._runtimes = runtimes
        self._checks = checks
        self._plugins = plugins

    def run(self) -> Iterator[Checked]:
        """Results as they come; blocks."""
        states = self._runtimes.states()
        for state in states:
            yield Checked(f"runtime.{state.spec.id}", state.spec.title, _probed(state, states))
        for report in self._plugins():
            if report.state == "blocked":
                problem = report.problem or Note("plugin_raised", {"detail": ""})
                yield Checked(f"plugin.{report.name}", report.name, CheckResult("fail", problem))
        for check in self._checks:
            yield Checked(check.id, check.title, _run(check, self._context))


def _probed(state: RuntimeState, others: Sequence[RuntimeState]) -> CheckResult:
    """A runtime that is missing is no worry where another one loads the same files."""
    probe, title = state.probe, state.spec.title
    if probe.available:
        return CheckResult("ok", Note("runtime_ready", {"runtime": title, "version": probe.version}))
    reason, fix = probe.reason, probe.fix
    instead = [one.spec for one in others if one.probe.available]
    if all(any(format in one.formats for one in instead) for format in state.spec.formats):
        optional = Note("runtime_optional", {"runtime": title, "reason": reason, "fix": fix})
        return CheckResult("ok", optional)
    return CheckResult("warn", Note("runtime_unavailable", {"runtime": title, "reason": reason, "fix": fix}))


def _run(check: HealthCheck, context: CheckContext) -> CheckResult:
    try:
        result = check.run(context)
        if not isinstance(result, CheckResult):
            raise TypeError(f"{check.id} answered with {type(result).__name__}")
        return result
    except Problem as problem:
        return CheckResult("fail", problem.note())
    except Exception as error:
        return CheckResult("fail", Note("internal", {"detail": f"{type(error).__name__}: {error}"}))


class _Context:
    """What checks may use, as `qwendesk.api.health.CheckContext` says."""

    def __init__(self, machine: Machine, runtimes: Runtimes, library: Library) -> None:
        self.machine = machine
        self._runtimes = runtimes
        self._library = library

    def ask(self, model: str, text: str, *, think: bool) -> str:
        session = self._runtimes.open(self._library.find(model))
        try:
            session.wait_ready(ANSWER_SECONDS)
            request = ReplyRequest((Message("user", text),), Sampling(temperature=0.0), Thinking(on=think))
            reply, _ = session.stream(request)
            return reply.wait(ANSWER_SECONDS).answer
        except TimeoutError as error:
            raise Problem("no_answer_in_time", model=model, seconds=ANSWER_SECONDS) from error
        finally:
            session.close()
            session.join(10)
