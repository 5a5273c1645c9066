"""Whether every installed model says a word, and how it does meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qwendesk.api.health import CheckContext, CheckResult, HealthCheck
from qwendesk.api.problem import Note, Problem
from qwendesk.api.words import N_
from qwendesk.models.library import Library
from qwendesk.models.model import Model
from qwendesk.monitor.checks.loaded import judged_memory, judged_speed, judged_time
from qwendesk.monitor.options import HealthOptions
from qwendesk.runtimes.forecast import Forecast
from qwendesk.runtimes.smoke import Smoke, Tested

Limits = Callable[[], HealthOptions]


def says(library: Library, smoke: Smoke, forecast: Forecast, limits: Limits) -> HealthCheck:
    """Loads each with what worked for it the last time, one after the other."""

    def run(context: CheckContext) -> Iterator[CheckResult]:
        models = library.models()
        for number, model in enumerate(models):
            context.tell(number, len(models))
            if context.stopped():
                return
            yield _tried(model, smoke, forecast, limits(), context.stopped)

    return HealthCheck("says", N_("Does every model say a word?"), run, "thorough")


def _tried(
    model: Model, smoke: Smoke, forecast: Forecast, limits: HealthOptions, stopped: Callable[[], bool]
) -> CheckResult:
    try:
        tested = smoke.test(model, stopped)
    except Problem as problem:
        return CheckResult("fail", problem.note(), subject=model.name)
    if tested.problem is not None:
        return CheckResult("fail", tested.problem, subject=model.name)
    worse = [one for one in _judged(tested, forecast, limits) if one.status != "ok"]
    if worse:
        first, *others = worse
        return CheckResult("warn", first.sentence, None, model.name, tuple(one.sentence for one in others))
    runtime, version = tested.state.spec.title, tested.state.probe.version
    passed = Note("smoke_passed", {"model": model.name, "runtime": runtime, "version": version})
    return CheckResult("ok", passed, subject=model.name)


def _judged(tested: Tested, forecast: Forecast, limits: HealthOptions) -> Iterator[CheckResult]:
    """Its beginning, speed and memory against the limits."""
    name, reply = tested.model.name, tested.reply
    if reply is not None and reply.timings.ttft_s is not None:
        yield judged_time(name, reply.timings.ttft_s, limits.slowest_reply_s)
    if reply is not None and reply.timings.decode_tps is not None:
        yield judged_speed(name, reply.timings.decode_tps, limits.slowest_tps)
    try:
        estimated = forecast.estimate(tested.model, tested.state.spec.id, tested.options).total
    except Problem:
        return
    yield judged_memory(name, tested.peak, estimated, limits.memory_above_mb)
