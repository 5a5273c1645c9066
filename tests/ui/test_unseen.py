"""Windows that are not painted for a while, and are whole again afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from qwendesk.ui.unseen import cover, is_covered, uncover, unseen
from ui.conftest import Opened

Opens = Callable[..., Opened]


def unpainted(window: QWidget) -> list[QWidget]:
    return [one for one in window.findChildren(QWidget) if is_covered(one)]


def test_what_is_made_meanwhile_is_painted_afterwards(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    with unseen([window]):
        child = QWidget(window)
        tool = QWidget(window)
        assert is_covered(child)
        tool.setWindowFlag(Qt.WindowType.Tool)
    assert not is_covered(window)
    assert not unpainted(window)


def test_the_last_of_several_uncovers(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    cover(window)
    with unseen([window]):
        pass
    assert is_covered(window)
    uncover(window)
    assert not is_covered(window)


@pytest.mark.parametrize("act", ["reset", "fold"])
def test_every_tab_is_painted_after_docks_were_moved(open_window: Opens, act: str) -> None:
    opened = open_window()
    opened.until_open()
    window = opened.window
    if act == "reset":
        window.reset_layout()
    else:
        window.resize(1000, 700)
    opened.until(lambda: window.slices.busy or is_covered(window))
    opened.until(lambda: not window.slices.busy and not is_covered(window))
    assert window.findChildren(QTabBar)
    assert not unpainted(window)
