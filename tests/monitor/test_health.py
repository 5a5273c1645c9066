"""Running checks: in order, whatever one of them does, told as they go, stopped and fixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qwendesk.api.health import CheckContext, CheckResult, Fix, HealthCheck, Pace
from qwendesk.api.options import option
from qwendesk.api.problem import Note, Problem
from qwendesk.api.runtimes import Probe, RuntimeSpec
from qwendesk.models.verifying import Stopped
from qwendesk.monitor.checks.runtimes import probed
from qwendesk.monitor.health import CheckAdvanced, CheckBegun, Checked, Health, overall
from qwendesk.runtimes.service import RuntimeState
from qwendesk.words.problems import word

FINE = CheckResult("ok", Note("store_readable"))


class Options:
    context: int = option(256, "Context")


class NoRuntimes:
    def states(self) -> list[RuntimeState]:
        return [state("a", True, "gguf"), state("b", False, "gguf")]


class OneTrial:
    """Counts how often a model would be loaded."""

    def __init__(self) -> None:
        self.count = 0

    def of(self, runtime: str, stopped: Callable[[], bool]) -> Any:
        self.count += 1
        if runtime == "b":
            raise Problem("load_failed", path="x", detail="no")
        return runtime


def state(id: str, available: bool, *formats: str) -> RuntimeState:
    probe = Probe(available, "1", reason="It is not installed.", fix="Install it.")
    spec = RuntimeSpec(id, id, "", formats, ("cpu",), Options, frozenset(), "no:engine", lambda _: probe)
    return RuntimeState(spec, probe)


def health(*checks: HealthCheck, told: list[object] | None = None, trials: Any = None) -> Health:
    publish = told.append if told is not None else lambda _event: None
    return Health(None, NoRuntimes(), trials or OneTrial(), checks, publish)  # type: ignore[arg-type]


def check(id: str, run: Callable[[CheckContext], Any], pace: Pace = "fast") -> HealthCheck:
    return HealthCheck(id, f"Is {id} fine?", run, pace)


def test_only_the_wanted_paces_run() -> None:
    made = health(
        check("a", lambda _: FINE), check("b", lambda _: FINE, "deep"), check("n", lambda _: FINE, "network")
    )
    assert [one.id for one in made.run(("fast",))] == ["a"]
    assert [one.id for one in made.run()] == ["a", "b"]
    assert [one.id for one in made.run(("network",))] == ["n"]


def test_a_check_that_raises_costs_only_itself() -> None:
    def problem(_context: CheckContext) -> CheckResult:
        raise Problem("model_not_found", name="x", known="y")

    def broken(_context: CheckContext) -> CheckResult:
        raise ValueError("oh")

    def half(_context: CheckContext) -> Iterator[CheckResult]:
        yield CheckResult("ok", Note("store_readable"), subject="one")
        raise ValueError("oh")

    results = list(
        health(
            check("a", problem),
            check("b", broken),
            check("c", half),
            check("d", lambda _: "yes"),
            check("e", lambda _: FINE),
        ).run()
    )
    assert [(one.id, one.result.status) for one in results] == [
        ("a", "fail"),
        ("b", "fail"),
        ("c.one", "ok"),
        ("c", "fail"),
        ("d", "fail"),
        ("e", "ok"),
    ]
    assert results[0].result.sentence.id == "model_not_found"
    assert "ValueError" in str(word(results[1].result.sentence))


def test_progress_is_told() -> None:
    told: list[object] = []

    def long(context: CheckContext) -> CheckResult:
        context.tell(3, 10)
        return FINE

    list(health(check("a", long), check("b", lambda _: FINE), told=told).run())
    assert told == [CheckBegun("Is a fine?", 1, 2), CheckAdvanced(3, 10), CheckBegun("Is b fine?", 2, 2)]


def test_a_stop_ends_the_run() -> None:
    stops = iter([False, True])

    def stopping(context: CheckContext) -> CheckResult:
        if context.stopped():
            raise Stopped
        return FINE

    made = health(check("a", stopping), check("b", stopping), check("c", stopping))
    assert len(list(made.run(stopped=lambda: next(stops, True)))) == 1


def test_a_model_is_loaded_once_for_all_checks_of_a_run() -> None:
    trials = OneTrial()

    def ask(context: CheckContext) -> Iterator[CheckResult]:
        for id in ("a", "b"):
            try:
                context.trial(id)
            except Problem as problem:
                yield CheckResult("fail", problem.note(), subject=id)

    results = list(health(check("x", ask), check("y", ask), trials=trials).run())
    assert [one.id for one in results] == ["x.b", "y.b"]
    assert trials.count == 2


def test_checks_see_the_runtimes_that_work() -> None:
    seen: list[str] = []

    def look(context: CheckContext) -> CheckResult:
        seen.extend(one.id for one in context.runtimes())
        return FINE

    list(health(check("a", look)).run())
    assert seen == ["a"]


def test_one_check_again_and_its_fix() -> None:
    fixed: list[int] = []

    def run(_context: CheckContext) -> Iterator[CheckResult]:
        if fixed:
            yield FINE
            return
        for name in ("m:Q4", "m:Q8"):
            fix = Fix(
                "Mend {what}", lambda context: (context.tell(1, 2), fixed.append(1), Note("store_whole"))[2]
            )
            yield CheckResult("fail", Note("store_readable"), subject=name, fix=fix)

    made = health(check("file", run), check("file-2", lambda _: FINE))
    assert len(made.again("file")) == 2
    (one,) = made.again("file.m:Q8")
    assert one.id == "file.m:Q8"
    assert one.result.fix is not None
    assert made.mend(one.result.fix).id == "store_whole"
    assert [each.result.status for each in made.again("file")] == ["ok"]
    assert [each.id for each in made.again("file-2")] == ["file-2"]
    with pytest.raises(Problem, match="check_unknown"):
        made.again("nothing")


def test_a_subject_that_a_check_does_not_tell_of_is_unknown() -> None:
    made = health(check("file", lambda _: [CheckResult("warn", FINE.sentence, subject="m:Q4")]))
    with pytest.raises(Problem) as raised:
        made.again("file.nope")
    assert raised.value.id == "check_unknown"
    assert raised.value.arguments == {"name": "file.nope", "known": "file, file.m:Q4"}
    assert health(check("none", lambda _: [])).again("none") == []
    assert made.again("file.nope", lambda: True) == []


def test_the_worst_result_is_the_overall_state() -> None:
    def of(*states: str) -> str:
        results = [Checked("x", "?", CheckResult(one, Note("store_whole"))) for one in states]  # type: ignore[arg-type]
        return overall(results)

    assert of() == "healthy"
    assert of("ok", "ok") == "healthy"
    assert of("ok", "warn") == "degraded"
    assert of("warn", "fail", "ok") == "unhealthy"


def test_a_runtime_that_works_is_ready() -> None:
    assert probed(state("a", True, "gguf"), []).status == "ok"


def test_one_that_is_missed_by_nobody_is_no_worry() -> None:
    missing, other = state("a", False, "gguf"), state("b", True, "gguf", "onnx")
    result = probed(missing, [missing, other])
    assert result.status == "ok"
    sentence = str(word(result.sentence))
    assert "another runtime" in sentence
    assert "It is not installed. If you want it: Install it." in sentence


def test_one_that_alone_loads_a_format_is() -> None:
    missing, other = state("a", False, "gguf", "safetensors"), state("b", True, "gguf")
    assert probed(missing, [missing, other]).status == "warn"
    assert probed(missing, [missing]).status == "warn"
