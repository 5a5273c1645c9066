"""A dock and its body: the body fills it, and what happens in the body moves no other dock."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from qwendesk.ui.docks.holder import Holder
from qwendesk.ui.widgets.glyph import GlyphButton
from qwendesk.ui.window import Window


class Body(QWidget):
    """Wants what it is told to want, and counts how often it is laid out."""

    def __init__(self) -> None:
        super().__init__()
        self.least = QSize(60, 40)
        self.resized = 0

    def want(self, width: int, height: int) -> None:
        self.least = QSize(width, height)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return self.least

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.resized += 1


@pytest.fixture
def window(qtbot: QtBot, dressed: QApplication, tmp_path: Path) -> Window:
    made = Window(tmp_path / "window.ini")
    qtbot.addWidget(made)
    made.layout_keeper.restore()
    made.show()
    qtbot.wait(10)
    return made


@pytest.fixture
def plain(qtbot: QtBot) -> QWidget:
    """A window without a layout."""
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def holder(plain: QWidget) -> Holder:
    made = Holder(Body())
    made.setParent(plain)
    made.resize(300, 200)
    made.show()
    return made


def test_a_body_fills_its_dock(window: Window, qtbot: QtBot) -> None:
    dock, body = window.docks["monitor"], Body()
    dock.set_body(body)
    qtbot.waitUntil(body.isVisible)
    assert dock.body is body
    assert body.width() == dock.width()
    assert body.height() == dock.height()


def test_a_body_that_grows_behind_a_tab_moves_no_other_dock(window: Window, qtbot: QtBot) -> None:
    body = Body()
    window.docks["health"].set_body(body)
    qtbot.waitUntil(body.isVisible)
    front = window.docks["monitor"]
    before = front.geometry()
    body.want(60, before.height() + 200)
    qtbot.wait(10)
    assert front.geometry() == before


def test_a_body_that_needs_more_width_gets_it(window: Window, qtbot: QtBot) -> None:
    dock, body = window.docks["run"], Body()
    dock.set_body(body)
    qtbot.waitUntil(body.isVisible)
    body.want(dock.width() + 50, 40)
    qtbot.waitUntil(lambda: body.width() >= body.least.width())


def test_a_body_is_laid_out_once_however_often_its_room_changes(holder: Holder, qtbot: QtBot) -> None:
    body = holder.body
    assert isinstance(body, Body)
    qtbot.wait(1)
    before = body.resized
    for width in (400, 500, 600):
        holder.resize(width, 200)
    assert body.resized == before
    qtbot.waitUntil(lambda: body.width() == 600)
    assert body.resized == before + 1


def test_a_body_goes_with_its_window_at_once(holder: Holder, qtbot: QtBot) -> None:
    qtbot.wait(1)
    holder.window().resize(800, 600)
    holder.resize(700, 500)
    assert holder.body.size() == QSize(700, 500)


def test_the_body_before_is_deleted(holder: Holder, qtbot: QtBot) -> None:
    with qtbot.waitSignal(holder.body.destroyed):
        holder.put(Body())


def test_buttons_of_a_title_are_there_where_the_title_is(window: Window, qtbot: QtBot) -> None:
    dock = window.docks["log"]
    assert not [one for one in dock.findChildren(GlyphButton) if one.isVisible()]
    dock.setFloating(True)
    qtbot.waitUntil(lambda: sum(one.isVisible() for one in dock.findChildren(GlyphButton)) == 2)
    assert dock.titleBarWidget().height() > 0
    dock.setFloating(False)
    qtbot.waitUntil(lambda: not any(one.isVisible() for one in dock.findChildren(GlyphButton)))
