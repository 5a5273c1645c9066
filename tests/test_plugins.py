"""The plugin host: one bad plugin is blocked with its reason and costs nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fakes import scripted_plugin
from qwendesk.api.health import CheckContext, CheckResult, HealthCheck
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.problem import Note
from qwendesk.api.prompts import PromptTemplate, Variable
from qwendesk.monitor.checks.runtimes import probed
from qwendesk.plugins import Found, Plugins
from qwendesk.runtimes.service import Runtimes
from qwendesk.system.bus import Bus


def check(id: str) -> HealthCheck:
    return HealthCheck(id, id, lambda _: CheckResult("ok", Note("runtime_ready")))


def plugin(answer: Callable[[], Any], hook: str = "register_health_checks") -> SimpleNamespace:
    return SimpleNamespace(**{hook: hookimpl(answer)})


def found(name: str, module: Any, package: str = "qwendesk") -> Found:
    return Found(name, package, "1", lambda: module)


def raising() -> Any:
    raise RuntimeError("boom")


def leaving(*_: object) -> Any:
    raise SystemExit(4)


def panicking() -> Any:
    raise BaseException("a panic of native code")


def importing() -> Any:
    raise ImportError("No module named 'fancy'")


GOOD = found("good", plugin(lambda: [check("good")]))


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (found("bad", plugin(raising)), "plugin_raised"),
        (found("bad", plugin(leaving)), "plugin_raised"),
        (found("bad", plugin(panicking)), "plugin_raised"),
        (Found("bad", "qwendesk", "1", leaving), "plugin_raised"),
        (found("bad", plugin(lambda: [check("x")], "register_helth_checks")), "plugin_unknown_hook"),
        (Found("bad", "qwendesk", "1", importing), "plugin_import_failed"),
        (found("bad", plugin(lambda: ["no check"])), "plugin_wrong_answer"),
        (found("bad", plugin(lambda: None)), "plugin_raised"),
        (found("bad", plugin(lambda: [check("good")])), "plugin_id_taken"),
    ],
)
def test_a_bad_plugin_is_blocked_and_costs_nothing_else(bad: Found, reason: str) -> None:
    for order in ([GOOD, bad], [bad, GOOD]):
        plugins = Plugins(order, [])
        ids = [one.id for one in plugins.health_checks()]
        states = {one.name: one for one in plugins.reports()}
        blocked = [one for one in states.values() if one.state == "blocked"]
        assert ids == ["good"]
        assert [one.problem.id for one in blocked if one.problem] == [reason]


def interrupted() -> Any:
    raise KeyboardInterrupt


def test_whoever_interrupts_is_not_held_up_by_a_plugin() -> None:
    with pytest.raises(KeyboardInterrupt):
        Plugins([found("slow", plugin(interrupted))], []).health_checks()


@pytest.mark.parametrize("probe", [leaving, lambda _: raising(), lambda _: None])
def test_a_probe_that_raises_costs_its_runtime_and_is_a_warning(probe: Any, tmp_path: Path) -> None:
    good = scripted_plugin.spec()
    bad = replace(good, id="bad", probe=probe)
    states = Runtimes([bad, good], SimpleNamespace(), Bus(), tmp_path).states()  # type: ignore[arg-type]
    assert [one.probe.available for one in states] == [False, True]
    result = probed(states[0], states)
    assert (result.status, result.sentence.id) == ("warn", "runtime_probe_raised")
    assert result.sentence.arguments["detail"] == states[0].probe.reason


def test_third_party_plugins_are_off_until_allowed() -> None:
    theirs = found("theirs", plugin(lambda: [check("theirs")]), package="somebody")
    assert Plugins([theirs], []).health_checks() == []
    assert Plugins([theirs], []).reports()[0].state == "off"
    assert [one.id for one in Plugins([theirs], ["theirs"]).health_checks()] == ["theirs"]


def test_a_taken_name_does_not_replace_the_built_in() -> None:
    intruder = found("good", plugin(lambda: [check("intruder")]), package="somebody")
    for order in ([GOOD, intruder], [intruder, GOOD]):
        assert [one.id for one in Plugins(order, ["good"]).health_checks()] == ["good"]


def test_a_taken_id_blocks_the_stranger_and_not_the_built_in() -> None:
    intruder = found("aaa", plugin(lambda: [check("good")]), package="somebody")
    plugins = Plugins([intruder, GOOD], ["aaa"])
    assert [one.id for one in plugins.health_checks()] == ["good"]
    assert {one.name: one.state for one in plugins.reports()} == {"good": "active", "aaa": "blocked"}


def test_a_check_may_use_its_context() -> None:
    def run(context: CheckContext) -> CheckResult:
        return CheckResult(
            "ok", Note("runtime_ready", {"version": context.ask("seedling", "hi", think=False)})
        )

    one = Plugins([found("p", plugin(lambda: [HealthCheck("c", "c", run)]))], []).health_checks()[0]
    context = SimpleNamespace(machine=None, ask=lambda *_, think: "hello")
    assert one.run(context).sentence.arguments["version"] == "hello"


def test_prompts_come_from_plugins_and_a_malformed_one_costs_only_its_plugin() -> None:
    def given() -> list[PromptTemplate]:
        return [
            PromptTemplate("hello", "Hello", "message", "Hello {{who}}", variables=(Variable("who", "Who"),))
        ]

    def malformed() -> list[PromptTemplate]:
        return [PromptTemplate("bye", "Bye", "message", "Bye {{who}}")]

    good = found("hello", plugin(given, "register_prompt_templates"))
    bad = found("bye", plugin(malformed, "register_prompt_templates"))
    plugins = Plugins([good, bad], [])
    assert [one.id for one in plugins.prompt_templates()] == ["hello"]
    problems = {one.name: one.problem and one.problem.id for one in plugins.reports()}
    assert problems == {"hello": None, "bye": "prompt_malformed"}
