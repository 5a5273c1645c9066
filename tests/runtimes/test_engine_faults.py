"""What goes wrong while an engine is installed: cancelled, killed, two at once, no room, no network."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from fakes import engine_plugin
from fakes.engine_plugin import BETTER, GOOD
from fakes.index import Index
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.runtimes.engines.place import record_of
from qwendesk.system.paths import Paths

HELD = f"fakeengine-{GOOD}-py3-none-any.whl"
CHILD = """
import sys
from pathlib import Path
from fakes import engine_plugin
from qwendesk.app import App
from qwendesk.system.paths import Paths
with App(Paths(Path(sys.argv[1])), engine_plugin.found()) as app:
    app.engines.install(app.engines.plan("fake"))
"""


def places(app: App) -> list[tuple[str, str]]:
    return [(one.name, one.state) for one in app.engines.engine("fake").places]


def beside(app: App, act: Callable[[], object]) -> tuple[threading.Thread, list[Problem]]:
    """Do something on a thread; the Problems that it raises."""
    raised: list[Problem] = []

    def run() -> None:
        try:
            act()
        except Problem as problem:
            raised.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def test_a_cancelled_installation_leaves_nothing(app: App, index: Index) -> None:
    plan = app.engines.plan("fake")
    index.held = HELD
    thread, raised = beside(app, lambda: app.engines.install(plan, index.asked.is_set))
    thread.join(60)
    assert [one.id for one in raised] == ["engine_cancelled"]
    assert places(app) == []
    assert list(app.paths.engines.glob("fake/*")) == []
    assert not list(app.paths.cache.glob("engines/archive-v*/*"))
    assert app.ledger.entries()[0].problem == "engine_cancelled"


def test_an_application_that_closes_ends_its_installation(paths: Paths, index: Index) -> None:
    index.held = HELD
    with App(paths, engine_plugin.found()) as app:
        plan = app.engines.plan("fake")
        thread, raised = beside(app, lambda: app.engines.install(plan))
        assert index.asked.wait(60)
    thread.join(60)
    assert [one.id for one in raised] == ["engine_cancelled"]
    assert list(paths.engines.glob("fake/*")) == []


def test_the_switch_ends_an_installation_under_way(app: App, index: Index) -> None:
    plan = app.engines.plan("fake")
    index.held = HELD
    thread, raised = beside(app, lambda: app.engines.install(plan))
    assert index.asked.wait(60)
    app.offline.turn(True)
    thread.join(60)
    assert [one.id for one in raised] == ["offline"]
    assert places(app) == []


def test_only_one_at_a_time(paths: Paths, app: App, index: Index, wheels: Path) -> None:
    plan = app.engines.plan("fake")
    index.held = HELD
    stop = threading.Event()
    thread, raised = beside(app, lambda: app.engines.install(plan, stop.is_set))
    assert index.asked.wait(60)
    with App(paths, engine_plugin.found()) as other:
        assert places(other) == [(GOOD, "making")]
        with pytest.raises(Problem) as refused:
            other.engines.install(other.engines.plan("fake", version=BETTER, wheels=wheels))
        assert refused.value.id == "engines_busy"
        with pytest.raises(Problem) as refused:
            other.engines.remove("fake", GOOD)
        assert refused.value.id == "engines_busy"
    stop.set()
    thread.join(60)
    assert [one.id for one in raised] == ["engine_cancelled"]


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")
def test_a_kill_in_the_middle_leaves_nothing_that_counts(
    paths: Paths, app: App, index: Index, wheels: Path
) -> None:
    index.held = HELD
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "tests"), str(root / "plugins")])}
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(paths.home)], env=environment)
    assert index.asked.wait(60)
    (place,) = app.engines.engine("fake").places
    assert (place.state, len(place.owners)) == ("making", 2)
    uv = psutil.Process(int(place.owners[1].partition(":")[0]))
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert places(app) == []  # uv may go on, but nobody makes it any more
    assert uv.is_running()
    app.engines.install(app.engines.plan("fake", wheels=wheels))
    assert not uv.is_running() or uv.status() == psutil.STATUS_ZOMBIE
    assert places(app) == [(GOOD, "ready")]
    assert app.engines.engine("fake").current == GOOD


def test_an_index_that_is_gone_leaves_nothing(
    app: App, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    plan = app.engines.plan("fake")
    index.gone.add(HELD)
    with pytest.raises(Problem) as raised:
        app.engines.install(plan)
    assert raised.value.id == "uv_failed"
    assert "404" in str(raised.value.arguments["detail"])
    assert "secret" not in str(raised.value.arguments["detail"])
    assert places(app) == []


def test_too_little_room_is_told_before_anything_is_fetched(paths: Paths, index: Index) -> None:
    with App(paths, engine_plugin.found(disk_bytes=10**17)) as app:
        app.settings.set("downloads.keep_free_gb", 0.5)
        plan = app.engines.plan("fake")
        with pytest.raises(Problem) as raised:
            app.engines.install(plan)
        assert raised.value.id == "engine_no_room"
        assert raised.value.arguments["floor"] == 500_000_000
        assert places(app) == []
        assert not [one for one in index.seen if one.endswith(".whl")]


def test_a_folder_that_nobody_recorded_is_swept(app: App, wheels: Path) -> None:
    stray = app.paths.engines / "fake" / "1.5"
    stray.mkdir(parents=True)
    (stray / "file").touch()
    app.engines.install(app.engines.plan("fake", wheels=wheels))
    assert not stray.exists()
    assert places(app) == [(GOOD, "ready")]


def test_a_python_that_went_away_makes_it_broken(app: App, wheels: Path) -> None:
    place = app.engines.install(app.engines.plan("fake", wheels=wheels))
    place.python.unlink()
    (seen,) = app.engines.engine("fake").places
    assert seen.problem is not None
    assert (seen.state, seen.problem.id) == ("broken", "engine_python_gone")
    assert app.engines.engine("fake").current == ""
    assert not app.runtimes.states()[0].probe.available


@pytest.mark.parametrize("text", ["", "{", "[]", '{"runtime": "fake"}'])
def test_a_record_that_cannot_be_read_is_no_environment(app: App, wheels: Path, text: str) -> None:
    place = app.engines.install(app.engines.plan("fake", wheels=wheels))
    record_of(place.folder).write_text(text)
    assert places(app) == []
    assert app.engines.engine("fake").current == ""
    (place.folder.parent / "current").write_text(text)
    assert app.engines.engine("fake").before is None
