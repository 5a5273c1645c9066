"""A task set against loaded models: a scripted one for what can happen, and Seedling for sums."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fakes import scripted_plugin
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.lab import tasking
from qwendesk.lab.tasks import reading
from qwendesk.lab.tasks.check import Check, Exact, Numeral, OneOf, Pattern
from qwendesk.lab.tasks.task import Task, TaskSet
from qwendesk.models.bundled import seedling as bundled
from qwendesk.models.model import Model
from qwendesk.models.verifying import Stopped
from qwendesk.runtimes.session import Session
from qwendesk.system.paths import Paths
from qwendesk.words.problems import word

TESTS = Path(__file__).parents[1]
SCRIPT = {
    "sum": "It is 42.",
    "half": "<think>\nNo, or yes?\n</think>\n\nYes.",
    "long": {"text": "tick " * 3000, "delay_s": 0.02},
    "dies": {"text": "never", "fail_after": 0},
    "slow": "ab" * 500 + "c1",
}


@pytest.fixture
def app(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(TESTS), str(TESTS.parent)]))
    with App(paths, [scripted_plugin.found()]) as app:
        yield app


def scripted(app: App, seedling: Path, **options: Any) -> Session:
    model = Model("m", "M", seedling, "gguf", "", 0)
    session = app.runtimes.open(model, "scripted", scripted_plugin.options(SCRIPT, **options))
    session.wait_ready(30)
    return session


def asked(**checks: Check) -> TaskSet:
    tasks = (
        Task(prompt, "ab"[number % 2], prompt, check) for number, (prompt, check) in enumerate(checks.items())
    )
    return TaskSet("mine", tuple(tasks), "0" * 64)


def test_answers_are_scored_and_summed(app: App, seedling: Path) -> None:
    yes = OneOf(answers=("yes",), wrong=("no",))
    tasks = asked(sum=Numeral(value=42), half=yes, echo=Exact(text="echo"), other=Exact(text="no"))
    heard: list[tuple[int, int]] = []
    session = scripted(app, seedling)
    found = tasking.run(session, tasks, lambda done, most: heard.append((done, most)))
    assert heard == [(done, 4) for done in range(5)]
    assert found["answers"] == [
        {"id": "sum", "kind": "a", "answer": "It is 42.", "score": 1.0},
        {"id": "half", "kind": "b", "answer": "Yes.", "score": 1.0},
        {"id": "echo", "kind": "a", "answer": "echo", "score": 1.0},
        {"id": "other", "kind": "b", "answer": "other", "score": 0.0},
    ]
    assert (found["score"], found["by_kind"]) == (0.75, {"a": 1.0, "b": 0.5})
    # The sample standard deviation of 1, 1, 1, 0 is a half.
    assert found["score_error"] == pytest.approx(0.25)
    assert found["seconds"] > 0
    assert json.loads(json.dumps(found)) == found
    assert tasking.run(session, asked(sum=Numeral(value=42)))["score_error"] is None


def test_questions_are_asked_so_that_answers_can_be_compared() -> None:
    request = tasking.request(reading.built_in().tasks[0])
    assert (request.sampling.temperature, request.sampling.seed, request.fresh) == (0.0, 0, True)
    assert (request.thinking.on, request.sampling.max_tokens) == (False, tasking.MOST_TOKENS)


def test_a_model_that_always_thinks_gets_to_its_answer(app: App, seedling: Path) -> None:
    script = {"muse": f"{'so ' * 3000}</think>\n\nmuse"}
    session = app.runtimes.open(
        Model("m", "M", seedling, "gguf", "", 0),
        "scripted",
        scripted_plugin.options(script, template="opened"),
    )
    assert tasking.run(session, asked(muse=Exact(text="muse")))["score"] == 1


def test_an_endless_answer_is_cut(app: App, seedling: Path) -> None:
    found = tasking.run(scripted(app, seedling), asked(**{"flood:100000": Exact(text="a")}))
    assert len(found["answers"][0]["answer"].split()) == tasking.MOST_TOKENS


def test_stopping_ends_the_reply_that_is_on_its_way(app: App, seedling: Path) -> None:
    session, looks = scripted(app, seedling), itertools.count()
    with pytest.raises(Stopped):
        tasking.run(session, asked(long=Exact(text="x")), stopped=lambda: next(looks) >= 2)
    # It answers the next one at once: the long one would take a minute.
    assert tasking.run(session, asked(sum=Numeral(value=42)))["score"] == 1
    with pytest.raises(Stopped):
        tasking.run(session, asked(sum=Numeral(value=42)), stopped=lambda: True)


PROBLEMS: list[tuple[str, Check, Mapping[str, Any], str, str]] = [
    ("dies", Exact(text="x"), {}, "scripted_failure", ""),
    ("slow", Pattern(pattern="(a|b|ab)*c"), {}, "task_pattern_slow", "slow"),
    ("sum " * 50, Exact(text="x"), {"context": 16}, "task_too_long", "sum"),
]


@pytest.mark.parametrize(
    ("prompt", "check", "options", "id", "named"), PROBLEMS, ids=lambda one: str(one)[:12]
)
def test_what_goes_wrong_names_the_task(
    app: App, seedling: Path, prompt: str, check: Check, options: Mapping[str, Any], id: str, named: str
) -> None:
    with pytest.raises(Problem) as caught:
        tasking.run(scripted(app, seedling, **options), asked(**{prompt: check}))
    assert caught.value.id == id
    assert named in word(caught.value.note()).what


@pytest.mark.parametrize("form", ["F16", "Q8_0"])
def test_seedling_knows_its_sums_and_little_else(paths: Paths, runtime: str, form: str) -> None:
    tasks = reading.built_in()
    arithmetic = tuple(one for one in tasks.tasks if one.kind == "arithmetic")
    with App(paths) as app:
        session = app.runtimes.open(bundled(form), runtime)
        found = tasking.run(session, TaskSet(tasks.name, arithmetic, tasks.sha256))
        again = tasking.run(session, TaskSet(tasks.name, arithmetic, tasks.sha256))
    scores = {one["id"]: one["score"] for one in found["answers"]}
    assert [one for one, score in scores.items() if score] == [
        one for one in scores if one.startswith("sum-")
    ]
    assert found["by_kind"] == {"arithmetic": 0.5}
    assert again["answers"] == found["answers"]
