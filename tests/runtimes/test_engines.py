"""Engine environments, with real uv and real wheels: install, test, switch, go back, remove."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import qwendesk_transformers
from fakes import engine_plugin
from fakes.engine_plugin import BETTER, BROKEN, DEADLY, GOOD, HEAVY
from fakes.index import Index
from qwendesk.api.messages import Message
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import ReplyRequest
from qwendesk.app import App
from qwendesk.models.bundled import seedling
from qwendesk.runtimes.engines.events import EngineAdvanced, EnginesChanged
from qwendesk.runtimes.engines.service import FailedTest
from qwendesk.runtimes.engines.wish import pin, wish
from qwendesk.runtimes.remedies import Failure
from qwendesk.system.paths import Paths
from qwendesk.words.engines import failed
from qwendesk.words.problems import word
from qwendesk.words.remedies import label


def install(app: App, wheels: Path, version: str | None = None) -> str:
    return app.engines.install(app.engines.plan("fake", version=version, wheels=wheels)).name


def hello(app: App) -> tuple[str, str]:
    """What the engine that holds answers, and its version."""
    session = app.runtimes.open(seedling(), "fake")
    try:
        version = session.wait_ready(60).version
        reply, _ = session.stream(ReplyRequest((Message("user", "hi"),)))
        return reply.wait(60).answer, version
    finally:
        session.close()
        session.join(10)


def entries(app: App) -> list[tuple[str, str, int]]:
    return [(one.host, one.purpose.what, one.bytes_in) for one in app.ledger.entries()]


def test_an_engine_is_installed_tested_and_used(app: App, wheels: Path) -> None:
    events: list[object] = []
    app.bus.subscribe(events.append)
    assert not app.runtimes.states()[0].probe.available
    assert not app.runtimes.has_module("fake", "fakeengine")
    plan = app.engines.plan("fake", wheels=wheels)
    assert (plan.name, plan.hosts) == (GOOD, ())
    assert {one.name for one in plan.packages} == {"fakeengine", "jinja2", "markupsafe", "msgspec"}
    place = app.engines.install(plan)
    assert (place.state, place.version) == ("ready", GOOD)
    assert place.size > 100_000
    probe = app.runtimes.states()[0].probe
    assert (probe.available, probe.version, probe.where) == (True, GOOD, GOOD)
    assert app.runtimes.has_module("fake", "fakeengine")
    assert hello(app) == ("hi", "fakeengine 1.0")
    steps = [one.step for one in events if isinstance(one, EngineAdvanced)]
    assert (steps[0], steps[-1]) == ("resolving", "testing")
    assert EnginesChanged("fake") in events
    assert entries(app) == []


def test_several_versions_stand_side_by_side(app: App, wheels: Path) -> None:
    assert install(app, wheels) == GOOD
    assert install(app, wheels, BETTER) == BETTER
    assert hello(app)[1] == "fakeengine 2.0"
    assert app.engines.rollback("fake") == GOOD
    assert hello(app)[1] == "fakeengine 1.0"
    assert app.engines.use("fake", BETTER) == BETTER
    engine = app.engines.engine("fake")
    assert (engine.current, engine.before) == (BETTER, GOOD)
    assert {one.name for one in engine.places} == {GOOD, BETTER}


@pytest.mark.parametrize(("version", "why"), [(BROKEN, "another planet"), (DEADLY, "gave up while loading.")])
def test_an_update_that_breaks_leaves_the_old_one_current(
    app: App, wheels: Path, version: str, why: str
) -> None:
    install(app, wheels)
    with pytest.raises(FailedTest) as raised:
        install(app, wheels, version)
    assert why in str(failed(raised.value))
    engine = app.engines.engine("fake")
    assert engine.current == GOOD
    broken = next(one for one in engine.places if one.name == version)
    assert (broken.state, broken.problem) == ("broken", raised.value.why)
    assert hello(app)[1] == "fakeengine 1.0"
    with pytest.raises(FailedTest):
        app.engines.use("fake", version)
    assert app.engines.remove("fake", version) > 0
    assert [one.name for one in app.engines.engine("fake").places] == [GOOD]


def test_a_broken_first_engine_leaves_none(app: App, wheels: Path) -> None:
    with pytest.raises(FailedTest):
        install(app, wheels, BROKEN)
    assert app.engines.engine("fake").current == ""
    assert not app.runtimes.states()[0].probe.available


def test_removing_frees_the_space_also_in_the_cache(app: App, wheels: Path) -> None:
    install(app, wheels)
    size = app.engines.engine("fake").places[0].size
    freed = app.engines.remove("fake", GOOD)
    assert freed >= size * 0.9
    engine = app.engines.engine("fake")
    assert (engine.places, engine.current) == ((), "")
    assert not list(app.paths.cache.glob("engines/archive-v*/*"))
    assert [one.name for one in app.paths.engines.glob("fake/*")] == ["current"]


def test_shared_files_are_freed_with_the_last_environment(app: App, wheels: Path) -> None:
    install(app, wheels)
    install(app, wheels, BETTER)
    first = app.engines.remove("fake", GOOD)
    assert hello(app)[1] == "fakeengine 2.0"
    assert app.engines.remove("fake", BETTER) > first * 2


@pytest.mark.parametrize("from_folder", [True, False])
def test_what_was_removed_can_be_installed_again(app: App, index: Index, from_folder: bool) -> None:
    """uv remembers what it has unpacked: it must not look for what was swept away."""
    folder = index.folder if from_folder else None
    for version in (GOOD, BETTER):
        app.engines.install(app.engines.plan("fake", version=version, wheels=folder))
    app.engines.remove("fake", GOOD)
    app.engines.install(app.engines.plan("fake", wheels=folder))
    assert hello(app)[1] == "fakeengine 1.0"
    for version in (GOOD, BETTER):
        app.engines.remove("fake", version)
    app.engines.install(app.engines.plan("fake", wheels=folder))
    assert hello(app)[1] == "fakeengine 1.0"


def test_an_engine_in_use_stays(app: App, wheels: Path) -> None:
    install(app, wheels)
    session = app.runtimes.open(seedling(), "fake")
    session.wait_ready(60)
    with pytest.raises(Problem) as raised:
        app.engines.remove("fake", GOOD)
    assert (raised.value.id, raised.value.arguments["n"]) == ("engine_in_use", 1)
    session.close()
    session.join(10)
    app.engines.remove("fake", GOOD)


def test_the_same_engine_is_not_made_twice(app: App, wheels: Path) -> None:
    install(app, wheels)
    install(app, wheels, BETTER)
    plan = app.engines.plan("fake", version=GOOD, wheels=wheels)
    assert plan.there is not None
    app.engines.install(plan)
    assert app.engines.engine("fake").current == GOOD
    assert len(app.engines.engine("fake").places) == 2


def test_going_back_needs_something_to_go_back_to(app: App, wheels: Path) -> None:
    install(app, wheels)
    assert app.engines.engine("fake").before == ""  # the application's own interpreter
    assert app.engines.rollback("fake") == "own"
    with pytest.raises(Problem) as raised:
        app.engines.rollback("fake")
    assert raised.value.id == "engine_no_way_back"


def test_an_update_is_what_a_newer_plugin_declares(paths: Paths, wheels: Path) -> None:
    with App(paths, engine_plugin.found()) as app:
        install(app, wheels)
        assert app.engines.updates() == []
    with App(paths, engine_plugin.found(BETTER)) as app:
        assert app.engines.updates() == ["fake"]
        install(app, wheels)
        assert (app.engines.engine("fake").current, app.engines.updates()) == (BETTER, [])


def test_a_list_that_is_not_complete_is_refused(paths: Paths, wheels: Path) -> None:
    with App(paths, engine_plugin.found(HEAVY)) as app:
        with pytest.raises(Problem) as raised:
            app.engines.plan("fake", wheels=wheels)
        assert (raised.value.id, raised.value.arguments["packages"]) == (
            "engine_lock_incomplete",
            "fakehelper",
        )
        packages = app.engines.plan("fake", version=HEAVY, wheels=wheels).packages
        assert "fakehelper" in {one.name for one in packages}


def test_a_list_of_the_user(app: App, wheels: Path, tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("# mine\nfakeengine==2.0 \\\n    --hash=sha256:00\nfakehelper==1.0\n")
    plan = app.engines.plan("fake", lock=lock, wheels=wheels)
    assert (plan.name, len(plan.packages)) == (BETTER, 5)
    for text, id in (("fakeengine>=2\n", "lock_not_exact"), ("fakehelper==1.0\n", "lock_without")):
        lock.write_text(text)
        with pytest.raises(Problem) as raised:
            app.engines.plan("fake", lock=lock, wheels=wheels)
        assert raised.value.id == id


def test_builds_are_chosen_and_keep_their_names_apart(paths: Paths, wheels: Path) -> None:
    with App(paths, engine_plugin.found(two=True)) as app:
        for variant in ("cpu", "cuda"):
            app.engines.install(app.engines.plan("fake", variant, wheels=wheels))
        assert {one.name for one in app.engines.engine("fake").places} == {"1.0-cpu", "1.0-cuda"}
        assert app.engines.plan("fake", wheels=wheels).name == "1.0-cuda"  # the build that holds now
        with pytest.raises(Problem) as raised:
            app.engines.plan("fake", "rocm", wheels=wheels)
        assert raised.value.arguments["known"] == "cpu, cuda"


def test_what_the_index_gave_stands_in_the_ledger(app: App, index: Index) -> None:
    plan = app.engines.plan("fake")
    sizes = {one.name.split("-")[0].lower(): one.stat().st_size for one in index.folder.glob("*1.0-py3*.whl")}
    assert sizes["fakeengine"] in [one.download for one in plan.packages]
    assert plan.download is not None
    app.engines.install(plan)
    assert entries(app) == [(index.host, "packages", plan.download), (index.host, "package list", 0)]
    assert all((one.status, one.purpose.action) == (200, "engine") for one in app.ledger.entries())
    kept = "".join(path.read_text(errors="replace") for path in app.paths.home.rglob("*") if _is_text(path))
    assert "fakeengine" in kept
    assert "secret" not in kept


def _is_text(path: Path) -> bool:
    return path.is_file() and path.suffix in (".json", ".toml", ".txt", ".log", ".cfg", "")


def test_offline_nothing_is_asked_but_a_folder_works(app: App, index: Index, wheels: Path) -> None:
    app.offline.turn(True)
    with pytest.raises(Problem) as raised:
        app.engines.plan("fake")
    assert raised.value.id == "offline"
    assert index.seen == []
    assert [(one.host, one.problem) for one in app.ledger.entries()] == [(index.host, "offline")]
    install(app, wheels)
    assert hello(app)[1] == "fakeengine 1.0"
    assert index.seen == []


def test_the_switch_turned_after_planning_refuses_the_rest(app: App, index: Index) -> None:
    plan = app.engines.plan("fake")
    asked = len(index.seen)
    app.offline.turn(True)
    with pytest.raises(Problem) as raised:
        app.engines.install(plan)
    assert raised.value.id == "offline"
    assert len(index.seen) == asked
    assert app.engines.engine("fake").places == ()


def test_the_engine_that_worked_is_remembered_and_offered(app: App, wheels: Path) -> None:
    install(app, wheels)
    hello(app)
    good = app.good.of(seedling())
    assert good is not None
    assert (good.version, good.environment) == ("fakeengine 1.0", GOOD)
    install(app, wheels, BETTER)
    failure = Failure(Note("worker_crashed", {}), seedling(), "fake", {})
    remedy = next(one for one in app.remedies.of(failure) if one.id == "engine")
    assert label(remedy, str) == "Go back to fakeengine 1.0, with which it worked"
    assert remedy.note is not None
    assert word(remedy.note).next == "To go back: qwendesk engines use fake 1.0"
    app.engines.use("fake", str(remedy.note.arguments["environment"]))
    assert [one.id for one in app.remedies.of(failure) if one.id in ("engine", "update")] == []
    app.engines.use("fake", BETTER)
    app.engines.remove("fake", GOOD)
    assert [one.id for one in app.remedies.of(failure) if one.id in ("engine", "update")] == ["update"]


def test_a_version_that_nobody_has(app: App, wheels: Path) -> None:
    with pytest.raises(Problem) as raised:
        app.engines.plan("fake", version="9.9", wheels=wheels)
    assert raised.value.id == "uv_failed"
    assert "fakeengine" in str(raised.value.arguments["detail"])


def test_another_version_of_transformers_comes_with_what_it_does_not_require() -> None:
    """It requires no PyTorch; the build that was picked stays the one that is installed."""
    (spec,) = qwendesk_transformers.register_runtimes()
    asked = dict(
        map(pin, wish(spec, "cuda" if sys.platform == "linux" else None, version="5.22.0").requirements)
    )
    assert asked["transformers"] == "5.22.0"
    assert {"torch", "accelerate", "llguidance", "soundfile", "msgspec", "jinja2"} <= asked.keys()
    assert "huggingface-hub" not in asked  # what it does require follows from its version
