"""How the loaded models do: response time, memory, speed, and whether the graphics card really helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from qwendesk.api.health import CheckContext, CheckResult, HealthCheck
from qwendesk.api.problem import Note, Problem
from qwendesk.api.words import N_
from qwendesk.monitor.options import HealthOptions
from qwendesk.monitor.recent import Recent
from qwendesk.runtimes.forecast import Forecast
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import Session

Judge = Callable[[Session], CheckResult | None]
Limits = Callable[[], HealthOptions]
IDS = ("reply-time", "memory", "tokens-per-second", "gpu-layers")
_MB = 1_000_000


def response_time(runtimes: Runtimes, recent: Recent, limits: Limits) -> HealthCheck:
    """The time to first token: how long a whole reply takes depends on how much is said."""

    def judge(session: Session) -> CheckResult | None:
        seconds, most = recent.ttft_s(session.id), limits().slowest_reply_s
        if seconds is None:
            return None
        return judged_time(session.recipe.model.name, seconds, most)

    return _each("reply-time", N_("Do replies begin soon?"), runtimes, judge)


def memory(runtimes: Runtimes, forecast: Forecast, limits: Limits) -> HealthCheck:
    """What a worker took at most against what was estimated for it."""

    def judge(session: Session) -> CheckResult | None:
        recipe, peak = session.recipe, session.state.peak_bytes
        try:
            estimated = forecast.estimate(recipe.model, recipe.spec.id, recipe.options).total
        except Problem:
            return None
        if not peak:
            return None
        return judged_memory(recipe.model.name, peak, estimated, limits().memory_above_mb)

    return _each("memory", N_("Does the model take the memory that was estimated?"), runtimes, judge)


def speed(runtimes: Runtimes, recent: Recent, limits: Limits) -> HealthCheck:
    """The decode speed of the last replies."""

    def judge(session: Session) -> CheckResult | None:
        rate, least = recent.decode_tps(session.id), limits().slowest_tps
        if rate is None:
            return None
        return judged_speed(session.recipe.model.name, rate, least)

    return _each("tokens-per-second", N_("Do replies come fast enough?"), runtimes, judge)


def layers(runtimes: Runtimes, forecast: Forecast, has_card: Callable[[], bool]) -> HealthCheck:
    """Layers on the graphics card against those asked for: engines fall back to the processor silently."""

    def judge(session: Session) -> CheckResult | None:
        report = session.state.report
        if report is None:
            return None
        if "gpu_layers" not in report.options:
            wanted, there = session.recipe.options.get("device"), report.options.get("devices")
            return judged_device(session.recipe.model.name, wanted, there, has_card())
        asked, used = session.recipe.options.get("gpu_layers"), report.options["gpu_layers"]
        try:
            every = forecast.facts(session.recipe.model).layers + 1  # the output counts as one
        except Problem:
            return None
        return judged_layers(session.recipe.model.name, asked, used, every, has_card())

    return _each("gpu-layers", N_("Is the graphics card used as asked?"), runtimes, judge)


def judged_time(model: str, seconds: float, most: float) -> CheckResult:
    """A time to first token against the limit, both in seconds."""
    told = round(seconds, 2)
    if seconds <= most:
        return CheckResult("ok", Note("reply_soon", {"model": model, "seconds": told}))
    return CheckResult("warn", Note("reply_late", {"model": model, "seconds": told, "limit": most}))


def judged_memory(model: str, peak: int, estimated: int, above_mb: float) -> CheckResult:
    """Bytes taken at most against those estimated."""
    if peak - estimated <= above_mb * _MB:
        return CheckResult(
            "ok", Note("memory_as_expected", {"model": model, "peak": peak, "expected": estimated})
        )
    return CheckResult("warn", Note("memory_above", {"model": model, "peak": peak, "expected": estimated}))


def judged_speed(model: str, rate: float, least: float) -> CheckResult:
    """A decode speed against the limit, both in tokens a second."""
    told = round(rate, 1)
    if rate >= least:
        return CheckResult("ok", Note("speed_good", {"model": model, "rate": told}))
    return CheckResult("warn", Note("speed_low", {"model": model, "rate": told, "limit": least}))


def judged_layers(model: str, asked: Any, used: Any, every: int, has_card: bool) -> CheckResult | None:
    """`every` layer of a model, those on the card, and those asked for (None: as many as fit).

    None where nobody asked for the card and there is none, or where the engine does not tell.
    """
    if not isinstance(used, int) or asked == 0 or (asked is None and not has_card):
        return None
    if used == 0:
        return CheckResult("warn", Note("layers_on_processor", {"model": model}))
    if isinstance(asked, int) and used < (wanted := min(asked, every)):
        return CheckResult("warn", Note("layers_fewer", {"model": model, "used": used, "wanted": wanted}))
    return CheckResult("ok", Note("layers_on_card", {"model": model, "used": used}))


def judged_device(model: str, wanted: Any, there: Any, has_card: bool) -> CheckResult | None:
    """Of an engine that puts whole models on a device: those asked for, and those that the weights lie on."""
    if not isinstance(there, str) or wanted == "cpu" or (wanted in (None, "auto") and not has_card):
        return None
    if there == "cpu":
        return CheckResult("warn", Note("layers_on_processor", {"model": model}))
    return CheckResult("ok", Note("weights_on_card", {"model": model, "device": there}))


def _each(id: str, title: str, runtimes: Runtimes, judge: Judge) -> HealthCheck:
    def run(_context: CheckContext) -> Iterator[CheckResult]:
        ready = [one for one in runtimes.sessions() if one.state.phase == "ready"]
        found = [(one.recipe.model.name, result) for one in ready if (result := judge(one)) is not None]
        yield from _told(found, bool(ready))

    return HealthCheck(id, title, run, "fast")


def _told(found: Sequence[tuple[str, CheckResult]], any_ready: bool) -> Iterator[CheckResult]:
    if not found:
        yield CheckResult("ok", Note("nothing_to_judge" if any_ready else "nothing_loaded"))
    for name, one in found:
        yield CheckResult(one.status, one.sentence, one.advice, name)
