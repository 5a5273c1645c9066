"""No display, one that nobody serves, and one that does: found out before Qt would end the process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from ctypes.util import find_library
from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo

from qwendesk.api.problem import Problem
from qwendesk.ui.display import must_load, platforms

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there a display can be missing")
PLUGINS = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def problem_here() -> str:
    try:
        platforms()
    except Problem as problem:
        return problem.id
    return ""


def test_without_a_display_there_is_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problem_here() == "no_display"
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert problem_here() == ""
    must_load(Path("nowhere"), platforms())


@pytest.mark.skipif(find_library("xcb") is None, reason="needs X's library")
@pytest.mark.parametrize("display", [":7654", "localhost:7654.0", "no such name", ""])
def test_a_display_that_nobody_serves(monkeypatch: pytest.MonkeyPatch, display: str) -> None:
    monkeypatch.setenv("DISPLAY", display)
    assert problem_here() == ("display_unreachable" if display else "no_display")


@pytest.mark.skipif(find_library("wayland-client") is None, reason="needs Wayland's library")
def test_a_wayland_display_that_nobody_serves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert problem_here() == "display_unreachable"
    (tmp_path / "wayland-7").touch()
    assert problem_here() == "display_unreachable"


def test_only_the_platform_that_was_chosen_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7654")
    monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")
    assert problem_here() == "no_display"


def test_a_library_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        must_load(tmp_path, ("libqxcb.so",))
    assert caught.value.id == "qt_unusable"
    assert "libqxcb.so" in str(caught.value.arguments["detail"])


@pytest.mark.skipif(find_library("xcb") is None, reason="needs X's library")
def test_a_display_that_cannot_be_reached_is_the_chat_in_the_terminal(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qwendesk", "--home", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=100,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "DISPLAY": ":7654"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "The display :7654 cannot be reached, so the chat opens in the terminal." in done.stderr
    assert "68" in done.stdout


def test_the_window_alone_says_that_there_is_none(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qwendesk", "window", "--home", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=100,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("There is no display for a window.")
    assert "opens" not in done.stderr


@pytest.fixture
def served() -> Iterator[str]:
    """A display in memory."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("needs Xvfb")
    with subprocess.Popen(
        [program, "-displayfd", "1", "-nolisten", "tcp"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdout is not None
        yield f":{server.stdout.readline().decode().strip()}"
        server.terminate()


def test_a_display_that_answers(monkeypatch: pytest.MonkeyPatch, served: str) -> None:
    monkeypatch.setenv("DISPLAY", served)
    assert platforms() == ("libqxcb.so",)
    try:
        must_load(PLUGINS, platforms())
    except Problem as problem:
        pytest.skip(f"Qt cannot speak with a display here: {problem.arguments['detail']}")
