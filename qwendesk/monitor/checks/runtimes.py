"""Whether each runtime can work here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qwendesk.api.health import CheckContext, CheckResult, HealthCheck
from qwendesk.api.problem import Note
from qwendesk.api.words import N_
from qwendesk.runtimes.service import Runtimes, RuntimeState


def probes(runtimes: Runtimes) -> HealthCheck:
    """Asks each runtime's probe for its version, or for the reason and the fix."""

    def run(_context: CheckContext) -> Iterator[CheckResult]:
        states = runtimes.states()
        for state in states:
            yield probed(state, states)

    return HealthCheck("runtime", N_("Does the runtime work here?"), run, "fast")


def probed(state: RuntimeState, others: Sequence[RuntimeState]) -> CheckResult:
    """A runtime that is missing is no worry where another one loads the same files."""
    probe, title, id = state.probe, state.spec.title, state.spec.id
    if probe.available:
        version, where = probe.version, probe.where
        ready = Note("runtime_ready", {"runtime": title, "version": version})
        if where:
            ready = Note("runtime_ready_there", {"runtime": title, "version": version, "where": where})
        return CheckResult("ok", ready, subject=id)
    if probe.raised:
        return CheckResult(
            "warn", Note("runtime_probe_raised", {"runtime": title, "detail": probe.reason}), subject=id
        )
    instead = [one.spec for one in others if one.probe.available]
    if all(any(format in one.formats for one in instead) for format in state.spec.formats):
        instead_of = Note("runtime_optional", {"runtime": title, "reason": probe.reason, "fix": probe.fix})
        return CheckResult("ok", instead_of, subject=id)
    missing = Note("runtime_unavailable", {"runtime": title, "reason": probe.reason, "fix": probe.fix})
    return CheckResult("warn", missing, subject=id)
