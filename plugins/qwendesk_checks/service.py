"""What a true reply by the bundled model tells of a runtime."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qwendesk.api.health import CheckContext, CheckResult, Trial
from qwendesk.api.problem import Note, Problem, Value
from qwendesk.api.runtimes import RuntimeSpec
from qwendesk_checks.instructions import MUCH_FASTER, WANTED, of_processor

_FORMATS = frozenset({"gguf", "safetensors"})
"""What the bundled model comes in."""
_SHOWN = 80
_SLOW = 0.5
"""A share of the usual speed. On a machine that has other things to do, replies vary by a third."""


def answers(context: CheckContext) -> Iterator[CheckResult]:
    """Whether the answer is right, without reasoning."""

    def judge(trial: Trial) -> CheckResult:
        if trial.right not in trial.plain.answer:
            return _wrong(trial, trial.plain.answer)
        answer = trial.plain.answer.strip()[:_SHOWN]
        return CheckResult("ok", Note("seedling_right", {"question": trial.question, "answer": answer}))

    yield from _on_each(context, judge)


def thinking(context: CheckContext) -> Iterator[CheckResult]:
    """Whether there is reasoning when it is on, none when it is off, and the right answer behind it."""

    def judge(trial: Trial) -> CheckResult:
        if trial.plain.reasoning.strip():
            return CheckResult("fail", Note("thinking_not_off"))
        if not trial.thinking.reasoning.strip():
            return CheckResult("fail", Note("thinking_not_on"))
        if trial.right not in trial.thinking.answer:
            return _wrong(trial, trial.thinking.answer)
        tokens = trial.thinking.usage.reasoning_tokens
        return CheckResult("ok", Note("thinking_switches", {"tokens": tokens}))

    yield from _on_each(context, judge)


def _wrong(trial: Trial, answer: str) -> CheckResult:
    told = Note("seedling_wrong", {"question": trial.question, "answer": answer.strip()[:_SHOWN]})
    return CheckResult("fail", told)


def speed(context: CheckContext) -> Iterator[CheckResult]:
    """The decode speed against that of earlier trials."""

    def judge(trial: Trial) -> CheckResult:
        rate, usual = trial.best_tps, trial.usual_tps
        if rate is None:
            return CheckResult("ok", Note("speed_not_measured"))
        if usual is None:
            return CheckResult("ok", Note("speed_first", {"rate": round(rate)}))
        told: dict[str, Value] = {
            "rate": round(rate),
            "usual": round(usual),
            "percent": round(100 * rate / usual),
        }
        slow = rate < _SLOW * usual
        return CheckResult("warn" if slow else "ok", Note("speed_dropped" if slow else "speed_usual", told))

    yield from _on_each(context, judge)


def processor(context: CheckContext) -> Iterator[CheckResult]:
    """Instruction sets that the engine's build uses, and those of the processor that it leaves out."""
    able = of_processor()

    def judge(trial: Trial) -> CheckResult:
        used = [one for one in WANTED if one in trial.instructions]
        if not used:
            return CheckResult("ok", Note("instructions_not_told"))
        left = [one for one in WANTED if one in able and one not in used]
        if not left:
            return CheckResult("ok", Note("instructions_all", {"used": ", ".join(used)}))
        told = Note("instructions_left", {"used": ", ".join(used), "left": ", ".join(left)})
        return CheckResult("warn" if any(one in MUCH_FASTER for one in left) else "ok", told)

    yield from _on_each(context, judge)


def _on_each(context: CheckContext, judge: Callable[[Trial], CheckResult]) -> Iterator[CheckResult]:
    for runtime in context.runtimes():
        if _FORMATS.intersection(runtime.formats):
            yield _on(context, runtime, judge)


def _on(context: CheckContext, runtime: RuntimeSpec, judge: Callable[[Trial], CheckResult]) -> CheckResult:
    try:
        found = judge(context.trial(runtime.id))
    except Problem as problem:
        return CheckResult("fail", problem.note(), subject=runtime.id)
    return CheckResult(found.status, found.sentence, subject=runtime.id)
