"""The window on a real X server, as a person would see it; left out, visibly, where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.display import xvfb

if shutil.which("Xvfb") is None:
    pytest.skip("Xvfb is not installed: no real display to open the window on", allow_module_level=True)

STORY = """
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from qwendesk.chat.talk import TurnChanged
from qwendesk.system.paths import Paths
from qwendesk.ui.main import run


def started(controller):
    print("painted on", QGuiApplication.platformName(), flush=True)
    controller.window.chat.send_requested.emit("What is 23 + 45?")
    look = QTimer(controller, interval=50)
    look.timeout.connect(lambda: finish(controller, look))
    look.start()


def finish(controller, look):
    talk = controller.room.conversing.talk if controller.room else None
    turns = talk.conversation.turns if talk else []
    if len(turns) == 2 and not turns[1].running:
        look.stop()
        print("thought" if turns[1].reasoning else "did not think", "and said:", turns[1].answer, flush=True)
        controller.window.close()


sys.exit(run(Paths(Path(sys.argv[1])), started))
"""


@pytest.fixture
def display() -> Iterator[str]:
    with xvfb() as started:
        if not started:
            pytest.skip("Xvfb could not start a display here")
        yield started


def test_a_question_asked_in_the_window_is_thought_about_and_answered(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    done = subprocess.run(
        [sys.executable, "-c", STORY, str(tmp_path / "home")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "painted on xcb" in done.stdout
    assert "thought and said:" in done.stdout
    assert "68" in done.stdout
