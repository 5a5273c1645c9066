"""Who can see a dock: the tab in front, not what stands there for a moment while docks are moved."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from qwendesk.ui.docks.sight import Sight
from ui.conftest import Opened

Opens = Callable[..., Opened]


def test_a_reset_shows_nobody_what_lies_behind(open_window: Opens) -> None:
    opened = open_window()
    opened.until_open()
    window = opened.window
    window.docks["network"].focus_body()
    behind, before = Sight(window.docks["discover"]), Sight(window.docks["network"])
    heard: list[tuple[str, bool]] = []
    behind.changed.connect(lambda on: heard.append(("discover", on)))
    before.changed.connect(lambda on: heard.append(("network", on)))
    assert (behind.on, before.on) == (False, True)
    window.reset_layout()
    opened.until(lambda: not window.slices.busy and not before.on)
    assert heard == [("network", False)]
    window.docks["discover"].focus_body()
    opened.until(lambda: behind.on)


TORN_OFF = """
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QMainWindow
from qwendesk.ui.docks.dock import Dock
from qwendesk.ui.docks.sight import Sight
application = QApplication([])
window = QMainWindow()
area = Qt.DockWidgetArea.LeftDockWidgetArea
dock = Dock("monitor", "Monitor", area, window)
window.addDockWidget(area, dock)
window.show()
Sight(dock)
dock.setFloating(True)
application.processEvents()
window.deleteLater()
QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
"""


def test_a_window_may_end_with_a_dock_torn_off() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TORN_OFF],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr
