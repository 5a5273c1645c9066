"""The log dock: live while it can be seen, filtered, never in the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qwendesk.api.problem import Problem
from qwendesk.plugins import Found
from qwendesk.system.log.line import Level, Line
from qwendesk.system.log.reading import Filter
from qwendesk.ui.docks.log import LogView
from qwendesk.ui.docks.logtable import KEPT, LEVEL, TEXT, LogTable
from ui.conftest import Opened


class Source:
    """Lines as the application's log gives them, and how often it was asked."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.asked = 0

    def say(self, text: str, level: Level = "info", logger: str = "qwendesk.x", pid: int = 1) -> None:
        self.lines.append(Line(1_700_000_000.0 + len(self.lines), level, logger, pid, text))

    def since(self, number: int) -> tuple[int, list[Line]]:
        self.asked += 1
        return len(self.lines), self.lines[number:]


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def view(qtbot: QtBot, dressed: QApplication, source: Source) -> LogView:
    made = LogView()
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show()
    made.follow(source.since, Path("/nowhere"))
    return made


def texts(view: LogView) -> list[str]:
    model = view.table.lines
    return [model.data(model.index(row, TEXT)) for row in range(model.rowCount())]


def test_an_empty_log_says_what_to_do(view: LogView) -> None:
    assert view.pages.shown == "Nothing in the log"
    assert not view._copy.isEnabled()


def test_lines_come_by_themselves_while_it_is_visible_and_only_then(
    view: LogView, source: Source, qtbot: QtBot
) -> None:
    source.say("one")
    qtbot.waitUntil(lambda: texts(view) == ["one"])
    view.hide()
    asked = source.asked
    assert not view._timer.isActive()
    source.say("two")
    assert source.asked == asked
    view.show()
    assert texts(view) == ["one", "two"], "at once, not with the next beat"


def test_words_levels_and_sources_filter_together_and_new_lines_too(view: LogView, source: Source) -> None:
    source.say("The Disk is full", "warning")
    source.say("no memory", "error", "worker.llamacpp", 7)
    source.say("loading", "info", "worker.llamacpp", 7)
    source.say("other", "info", "worker.llamaserver", 8)
    view.refresh()
    assert len(texts(view)) == 4
    assert [view.filter.source.itemText(at) for at in range(view.filter.source.count())] == [
        *("All sources", "Application", "Worker 7 (llamacpp)", "Worker 8 (llamaserver)")
    ]
    view.filter.level.setCurrentIndex(1)
    assert texts(view) == ["The Disk is full", "no memory"]
    view.filter.source.setCurrentIndex(2)
    assert texts(view) == ["no memory"]
    assert view.count.text() == "1 of 4 lines"
    assert view.count.isVisible()
    source.say("no memory again", "error", "worker.llamacpp", 7)
    source.say("no memory either", "error", "worker.llamaserver", 8)
    view.refresh()
    assert texts(view) == ["no memory", "no memory again"]
    view.filter.words.setText("MEMORY again")
    assert texts(view) == ["no memory again"]


def test_nothing_that_matches_can_be_undone_with_a_button(
    view: LogView, source: Source, qtbot: QtBot
) -> None:
    source.say("one", "warning")
    view.refresh()
    view.filter.words.setText("zzz")
    view.filter.level.setCurrentIndex(2)
    assert view.pages.shown == "No line matches"
    qtbot.mouseClick(view.pages._button, Qt.MouseButton.LeftButton)
    assert texts(view) == ["one"]
    assert view.filter.wanted == Filter()
    assert not view.count.isVisible()


def test_what_is_selected_is_copied_else_what_is_shown(view: LogView, source: Source, qtbot: QtBot) -> None:
    for text in ("one", "two", "three"):
        source.say(text)
    view.refresh()
    view.table.selectRow(1)
    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == f"{source.lines[1]}\n"
    view.table.clearSelection()
    view.filter.words.setText("t")
    view._copy.click()
    assert QGuiApplication.clipboard().text() == f"{source.lines[1]}\n{source.lines[2]}\n"


def test_it_follows_the_end_but_not_away_from_a_reader(view: LogView, source: Source, qtbot: QtBot) -> None:
    for number in range(100):
        source.say(f"line {number}")
    view.refresh()
    bar = view.table.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    source.say("one more")
    view.refresh()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    bar.setValue(200)
    source.say("and one")
    view.refresh()
    QApplication.processEvents()
    assert bar.value() == 200


def test_the_oldest_go_and_what_is_read_stays_in_place(view: LogView, source: Source, qtbot: QtBot) -> None:
    for number in range(KEPT):
        source.say(f"line {number}")
    view.refresh()
    bar = view.table.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(2_000 * 20)
    reading = view.table.indexAt(view.table.viewport().rect().topLeft()).row()
    text = texts(view)[reading]
    for number in range(600):
        source.say(f"more {number}")
    view.refresh()
    assert len(texts(view)) == KEPT
    assert texts(view)[0] == "line 600"
    now = view.table.indexAt(view.table.viewport().rect().topLeft()).row()
    assert texts(view)[now] == text


def test_a_flood_is_one_insertion(qtbot: QtBot, dressed: QApplication) -> None:
    """And no widget is made for any of its lines, so that a frame is enough for it."""
    table = LogTable()
    qtbot.addWidget(table)
    inserted = list[int]()
    table.lines.rowsInserted.connect(lambda _parent, first, last: inserted.append(last - first + 1))
    lines = [Line(float(n), "info", "worker.x", 7, f"line {n} of a flood" * 5) for n in range(KEPT * 3)]
    before = len(table.findChildren(object))
    table.add(lines)
    assert inserted == [KEPT]
    assert len(table.findChildren(object)) == before


def test_names_for_screen_readers_and_keys(view: LogView, source: Source, qtbot: QtBot) -> None:
    source.say("bad", "error")
    view.refresh()
    assert view.table.accessibleName()
    assert view.filter.words.accessibleName()
    assert view.filter.level.accessibleName()
    assert view.filter.source.accessibleName()
    model = view.table.lines
    assert model.data(model.index(0, LEVEL), Qt.ItemDataRole.AccessibleTextRole) == "Error"
    assert "<b>" not in str(model.data(model.index(0, TEXT), Qt.ItemDataRole.ToolTipRole))
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(view.filter.words.hasFocus)


def test_a_log_that_cannot_be_written_is_told(view: LogView, source: Source) -> None:
    problem = Problem("log_not_written", path="/full", detail="No space left on device")
    view.follow(source.since, Path("/full"), lambda: problem)
    assert "No space left on device" in view.count.text()
    assert view.count.isVisible()


def test_a_chat_is_in_the_dock_without_a_word_of_it(
    open_window: Callable[..., Opened], scripted: Callable[..., list[Found]]
) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    opened.ask("xyzzyprompt")
    view = opened.room.views.log
    opened.window.docks["log"].focus_body()
    opened.until(lambda: any("reply 1: stop" in one for one in texts(view)))
    assert "xyzzyprompt" not in "".join(texts(view))
