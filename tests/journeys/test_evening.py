"""A whole evening in the real window, offscreen and on a real X server: everything is there after a restart."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from fakes.display import xvfb

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("platform", ["offscreen", "xcb"])
def test_a_chat_is_held_edited_branched_found_exported_and_there_again(platform: str, tmp_path: Path) -> None:
    if platform == "xcb" and shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed: no real display to open the window on")
    with ExitStack() as stack:
        display = stack.enter_context(xvfb()) if platform == "xcb" else ""
        if platform == "xcb" and not display:
            pytest.skip("Xvfb could not start a display here")
        first, second = (_act(act, platform, display, tmp_path) for act in ("first", "second"))
    assert first == [
        f"painted on {platform}",
        "thought True answered True",
        "edited True",
        "branched True",
        "found True",
        "exported True",
        "the end",
    ]
    assert second == [f"painted on {platform}", "back True", "versions True reasoning True", "the end"]


def _act(act: str, platform: str, display: str, folder: Path) -> list[str]:
    path = os.pathsep.join((str(TESTS), str(TESTS.parent)))
    done = subprocess.run(
        [sys.executable, "-m", "fakes.window_story", act, str(folder / "home"), str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": platform, "PYTHONPATH": path},
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
