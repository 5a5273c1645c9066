"""The start is lean: what is not needed for the first paint is not imported before it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from qwendesk.ui.warming import ENGINE_ROOM

HEAVY = ["markdown_it", "pygments", "jinja2", "prompt_toolkit", "numpy", "asyncio", "torch", "xllamacpp"]
HEAVY += ["platformdirs", "locale"]
SCRIPT = """
import sys
from pathlib import Path
from qwendesk.system.paths import Paths
from qwendesk.ui.main import run
def started(controller):
    print(*sorted({name.partition(".")[0] for name in sys.modules}))
    print(int("qwendesk.app" in sys.modules), int("msgspec" in sys.modules))
    print(int(sys.platform == "linux" and "Qt6Svg" in Path("/proc/self/maps").read_text()))
    controller.quit()
sys.exit(run(Paths(Path(sys.argv[1])), started))
"""


def test_the_window_is_painted_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    modules, engine_room, svg = done.stdout.splitlines()
    assert not set(HEAVY) & set(modules.split())
    assert engine_room == "0 0"
    assert svg == "0"


def test_garbage_is_collected_again_once_the_room_is_open(tmp_path: Path) -> None:
    script = SCRIPT.partition("def started")[0] + (
        "import gc\n"
        "from weakref import finalize\n"
        "from PySide6.QtCore import QTimer\n"
        "class Cycle:\n"
        "    def __init__(self):\n"
        "        self.me = self\n"
        "def started(controller):\n"
        "    controller.rested.connect(lambda: QTimer.singleShot(0, throw_away))\n"
        "    def throw_away():\n"
        "        finalize(Cycle(), found)\n"
        "        kept.extend([] for _ in range(10_000))\n"
        "    def found():\n"
        "        print(gc.isenabled(), flush=True)\n"
        "        controller.quit()\n"
        "kept = []\n"
        "sys.exit(run(Paths(Path(sys.argv[1])), started))\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=True,
    )
    assert told.stdout.split() == ["False"]


def test_what_is_imported_on_another_thread_knows_no_qt() -> None:
    script = (
        "import sys\nfrom importlib import import_module\nfrom pygments.lexers import get_lexer_by_name\n"
        "from qwendesk.ui.chat.markdown import parse\nparse('x')\nget_lexer_by_name('python')\n"
        f"for name in {('qwendesk.app', *ENGINE_ROOM)}:\n    import_module(name)\n"
        "sys.exit('PySide6' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_each_import_of_the_engine_room_brings_little_besides_the_window() -> None:
    """What knows no Qt was imported elsewhere: the window would stand still for it."""
    script = (
        "import sys\nfrom importlib import import_module\n"
        "import qwendesk.app, qwendesk.ui.controller, qwendesk.ui.opening\n"
        "from qwendesk.ui.warming import CONVERSATION, ROOM, warm_elsewhere\nwarm_elsewhere()\n"
        "for name in ROOM + CONVERSATION:\n"
        "    before = set(sys.modules)\n    import_module(name)\n"
        "    new = [one for one in sys.modules if one not in before]\n"
        "    own = ('qwendesk.ui', 'qwendesk.words', 'PySide6')\n"
        "    other = [one for one in new if not one.startswith(own)]\n"
        "    assert len(other) <= 4, (name, other)\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60, env=environment)


def test_constants_survive_a_hundred_thousand_calls() -> None:
    script = (
        "from PySide6.QtCore import QObject, Signal\nimport qwendesk.ui\n"
        "class One(QObject):\n    told = Signal(bool)\n"
        "one = One()\nfor _ in range(50_000):\n    one.told.emit(True)\n    one.setObjectName('x')\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
