"""What every test starts from: no display, no network, a home of its own, nothing left behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTEST_QT_API"] = "pyside6"
os.environ.pop("QWENDESK_HOME", None)

from qwendesk.system.paths import Paths, resources

TESTS = Path(__file__).parent

try:
    from PySide6 import QtWidgets  # noqa: F401
except ImportError as error:
    QT_PROBLEM = str(error)
    pytest_plugins: list[str] = []
else:
    QT_PROBLEM = ""
    pytest_plugins = ["pytestqt.plugin"]


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Without Qt's system libraries the window's tests cannot even be imported; the header says so."""
    return True if QT_PROBLEM and TESTS / "ui" in (collection_path, *collection_path.parents) else None


def pytest_report_header() -> list[str]:
    return [f"SKIPPED tests/ui: Qt cannot be imported here ({QT_PROBLEM})"] if QT_PROBLEM else []


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A fresh home."""
    return Paths(tmp_path / "home")


@pytest.fixture
def fixtures() -> Path:
    """Others' files (real vocabulary and templates), which are not part of the project."""
    place = os.environ.get("QWENDESK_FIXTURES")
    if not place:
        pytest.skip("QWENDESK_FIXTURES is not set: no real Qwen vocabulary or templates here")
    return Path(place)


@pytest.fixture
def seedling() -> Path:
    """The bundled model's default file."""
    return resources() / "seedling" / "seedling-q8_0.gguf"


@pytest.fixture(params=["llamaserver", "llamacpp"])
def runtime(request: pytest.FixtureRequest) -> str:
    """Every runtime for GGUF files, one after the other."""
    if request.param == "llamacpp":
        pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")
    return str(request.param)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """A test that leaves a worker process or a non-daemon thread running fails."""
    children = {one.pid for one in psutil.Process().children(recursive=True)}
    threads = set(threading.enumerate())
    yield
    left = [one for one in psutil.Process().children(recursive=True) if one.pid not in children]
    _, alive = psutil.wait_procs(left, timeout=10)
    for one in alive:
        one.kill()
    assert not alive, f"processes left behind: {alive}"
    stray = [one for one in threading.enumerate() if one not in threads and not one.daemon]
    for thread in stray:
        thread.join(timeout=5)
    assert not [one for one in stray if one.is_alive()], f"threads left behind: {stray}"
