"""Who can see a dock: the tab in front, not what stands there for a moment while docks are moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from qwendesk.ui.docks.dock import Dock
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


def test_a_window_may_end_with_a_dock_torn_off(qtbot: QtBot, capfd: pytest.CaptureFixture[str]) -> None:
    window = QMainWindow()
    area = Qt.DockWidgetArea.LeftDockWidgetArea
    dock = Dock("monitor", "Monitor", area, window)
    window.addDockWidget(area, dock)
    window.show()
    Sight(dock)
    dock.setFloating(True)
    qtbot.waitUntil(dock.isVisible)
    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
    assert "Error" not in capfd.readouterr().err
