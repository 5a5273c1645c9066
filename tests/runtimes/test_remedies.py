"""Real workers that fail in real ways: the right cause is told, and a remedy that is offered works."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.long_context import long_context, missing_tensor, unknown_architecture
from qwendesk.api.problem import Note, Problem
from qwendesk.app import App
from qwendesk.models.bundled import seedling
from qwendesk.models.model import Model
from qwendesk.runtimes.remedies import Failure, Remedy
from qwendesk.runtimes.session import Session
from qwendesk.store.goodloads import GoodLoadRows
from qwendesk.system.paths import Paths
from qwendesk.words.remedies import advice, label

from .conftest import request

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="prlimit and signals")
LOAD_S, LIMIT = 120, 2_500_000_000


@pytest.fixture
def app(paths: Paths) -> Iterator[App]:
    with App(paths) as made:
        yield made


def opened(app: App, model: Model, options: Mapping[str, Any], limit: int = 0, runtime: str = "") -> Session:
    """A session whose worker may take so many bytes of address space."""
    import resource

    session = app.runtimes.open(model, runtime or "llamaserver", options)
    if limit:
        resource.prlimit(session.pid, resource.RLIMIT_AS, (limit, limit))
    return session


def problem_of(session: Session) -> Note:
    with pytest.raises(Problem) as caught:
        session.wait_ready(LOAD_S)
    return caught.value.note()


def remedies(
    app: App, problem: Note, model: Model, options: Mapping[str, Any], runtime: str = "llamaserver"
) -> tuple[Remedy, ...]:
    return app.remedies.of(Failure(problem, model, runtime, options))


def answers(session: Session) -> bool:
    session.wait_ready(LOAD_S)
    said = session.stream(request("What is 23 + 45?"))[0].wait(LOAD_S)
    session.close()
    assert session.join(LOAD_S)  # what worked is kept by now
    return "68" in said.answer


def test_a_worker_that_is_killed_is_started_again(app: App) -> None:
    session = opened(app, seedling(), {})
    session.wait_ready(LOAD_S)
    reply = session.stream(request("Tell me a long story"))[0]
    os.kill(session.pid, signal.SIGKILL)
    with pytest.raises(Problem, match="worker_killed"):
        reply.wait(LOAD_S)
    assert session.state.problem is not None
    found = remedies(app, session.state.problem, seedling(), {})
    assert "again" in [one.id for one in found]
    assert answers(app.runtimes.again(session))


@pytest.mark.parametrize("runtime", ["llamaserver", "llamacpp"])
def test_a_context_that_cannot_be_allocated_is_made_smaller(app: App, tmp_path: Path, runtime: str) -> None:
    if not any(one.spec.id == runtime and one.probe.available for one in app.runtimes.states()):
        pytest.skip(f"{runtime} is not installed")
    model, options = long_context(tmp_path, 1 << 18), {"context": 1 << 18, "slots": 8}
    session = opened(app, model, options, LIMIT, runtime)
    problem = problem_of(session)
    assert problem.id == "engine_out_of_memory"
    assert "insufficient memory" in str(problem.arguments["cause"])
    found = [one for one in remedies(app, problem, model, options, runtime) if one.id == "options"]
    assert all(one.needed for one in found)
    assert "slots" in found[0].options
    smaller = {**options, **found[0].options}
    assert answers(opened(app, model, smaller, LIMIT, runtime))


def test_an_architecture_that_the_engine_does_not_know(app: App, tmp_path: Path) -> None:
    model = unknown_architecture(tmp_path)
    problem = problem_of(opened(app, model, {}))
    assert (problem.id, problem.arguments["what"]) == ("engine_too_old", "qzzzz")
    found = [one.id for one in remedies(app, problem, model, {})]
    assert {"find", "models"} <= set(found)
    assert "verify" not in found
    assert answers(opened(app, seedling(), {}))


def test_a_file_that_is_broken_inside(app: App, tmp_path: Path) -> None:
    model = missing_tensor(tmp_path)
    problem = problem_of(opened(app, model, {}))
    assert (problem.id, problem.arguments["path"]) == ("engine_file_damaged", str(model.path))
    assert [one.id for one in remedies(app, problem, model, {})][:2] == ["verify", "find"]


def test_an_adapter_that_is_broken_is_no_fault_of_the_model(app: App) -> None:
    problem = Note("engine_file_damaged", {"path": "/nowhere/adapter.gguf", "cause": "x"})
    found = [one.id for one in remedies(app, problem, seedling(), {"lora": "/nowhere/adapter.gguf"})]
    assert found == ["models"]


def test_what_worked_is_offered_after_the_settings_changed(app: App) -> None:
    model, good = seedling(), {"context": 1024}
    assert answers(opened(app, model, good))
    kept = app.good.of(model)
    assert kept is not None
    assert (kept.runtime, kept.options["context"]) == ("llamaserver", 1024)
    assert kept.version.startswith("xllamacpp ")
    problem = Note("engine_failed", {"detail": "x"})
    first = remedies(app, problem, model, {"context": 2048})[0]
    assert (first.id, first.changes) == ("good", {"context": 1024})
    assert "--ctx 1024" in advice([first])[0]
    assert "good" not in [one.id for one in remedies(app, problem, model, good)]


def test_what_worked_is_not_offered_for_another_file_at_its_place(app: App, tmp_path: Path) -> None:
    model = replace(seedling(), path=tmp_path / "m.gguf", bundled=False)
    shutil.copy(seedling().path, model.path)
    assert answers(opened(app, model, {"context": 1024}))
    assert app.good.of(model) is not None
    shutil.copy(seedling("F16").path, model.path)
    assert app.good.of(model) is None
    assert "good" not in [one.id for one in remedies(app, Note("engine_failed", {"detail": "x"}), model, {})]


def test_of_what_worked_with_another_runtime_only_its_own_settings_are_told(app: App) -> None:
    model = seedling()
    defaults = app.runtimes.defaults(app.runtimes.spec("llamaserver"), model)
    options = json.dumps({**defaults, "context": 1024})
    rows = GoodLoadRows(app.store)
    rows.keep((str(model.path), "llamaserver", "xllamacpp 1", options, 1.0))
    app.settings.set("runtimes.llamaserver.options", {"binary": sys.executable})
    first = remedies(app, Note("engine_failed", {"detail": "x"}), model, {}, "llamacpp")[0]
    assert first.changes == {"context": 1024, "binary": ""}
    assert advice([first]) == ["It worked with: --runtime llamaserver --ctx 1024"]


def test_a_smaller_file_of_the_same_model_is_offered(app: App) -> None:
    large = seedling("F16")
    found = remedies(app, Note("engine_out_of_memory", {"cause": ""}), large, {})
    (smaller,) = [one for one in found if one.id == "smaller_file"]
    assert smaller.model is not None
    assert smaller.model.quantization == "Q8_0"
    assert label(smaller, str).startswith("Load the file with Q8_0 (")


@pytest.mark.parametrize("id", ["engine_out_of_card_memory", "engine_driver_unfit", "engine_card_unfit"])
def test_a_card_that_fails_is_left_alone(app: App, id: str) -> None:
    found = remedies(app, Note(id, {"cause": ""}), seedling(), {"gpu_layers": 4})
    assert {"gpu_layers": 0} in [one.options for one in found]
    assert {"gpu_layers": 0} not in [
        one.options for one in remedies(app, Note(id, {"cause": ""}), seedling(), {"gpu_layers": 0})
    ]


@pytest.mark.parametrize("id", ["prompt_too_long", "template_failed", "option_range"])
def test_nothing_is_offered_where_nothing_here_helps(app: App, id: str) -> None:
    assert remedies(app, Note(id), seedling(), {}) == ()


def test_every_remedy_has_words(app: App) -> None:
    ids = ("worker_killed", "engine_out_of_memory", "engine_too_old", "engine_file_broken", "load_failed")
    for id in ids:
        for one in remedies(app, Note(id, {"cause": ""}), seedling("F16"), {"context": 2048}):
            assert "{" not in label(one, str)
