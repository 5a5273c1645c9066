"""The list of rows: thousands of them, by keyboard, with their words made only when looked at."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from qwendesk.ui.lists.cell import Cell, Deed, Mark
from qwendesk.ui.lists.rowlist import RowList

MANY = 2_000


@dataclass(frozen=True)
class Thing:
    key: int
    title: str = "thing"


class Worded:
    """Counts the cells that were made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, thing: Thing) -> Cell:
        self.made += 1
        deeds = (Deed("go", "Go", primary=True), Deed("end", "End"), Deed("more", "Else", shown=False))
        mark = Mark("Fits", "good", "3 of 8 GB")
        return Cell(f"{thing.title} {thing.key}", "1 GB", "detail", mark, 0.5, deeds)


@pytest.fixture
def worded() -> Worded:
    return Worded()


@pytest.fixture
def rows(qtbot: QtBot, dressed: QApplication, worded: Worded) -> RowList[Thing]:
    made: RowList[Thing] = RowList("Things", lambda one: one.key, worded, 2, bar=True, delete="end")
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show_things([Thing(key) for key in range(MANY)])
    made.show()
    qtbot.waitExposed(made)
    made.grab()
    return made


def test_only_rows_in_sight_are_worded(rows: RowList[Thing], worded: Worded) -> None:
    assert 0 < worded.made < 50
    rows.scrollToBottom()
    rows.grab()
    assert worded.made < 100


def test_what_stays_the_same_is_not_made_again(rows: RowList[Thing], worded: Worded) -> None:
    rows.setCurrentIndex(rows.rows.index(3))
    before = worded.made
    changed = [Thing(key, "other" if key == 2 else "thing") for key in range(MANY)]
    rows.show_things(changed)
    rows.grab()
    assert worded.made == before + 1
    assert rows.current == Thing(3)


def test_the_selected_row_stays_selected_when_others_go(rows: RowList[Thing]) -> None:
    rows.mark(7)
    rows.show_things([Thing(key) for key in range(5, MANY)])
    assert rows.current == Thing(7)
    rows.show_things([Thing(key) for key in range(10)])
    assert rows.current == Thing(7)


def test_keys_do_what_the_buttons_do(rows: RowList[Thing], qtbot: QtBot) -> None:
    done: list[tuple[str, Thing]] = []
    rows.done.connect(lambda id, thing: done.append((id, thing)))
    rows.mark(1)
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    qtbot.keyClick(rows, Qt.Key.Key_Delete)
    assert done == [("go", Thing(1)), ("end", Thing(2))]


def test_a_click_on_a_button_does_that(rows: RowList[Thing], qtbot: QtBot) -> None:
    done: list[tuple[str, Thing]] = []
    rows.done.connect(lambda id, thing: done.append((id, thing)))
    index = rows.rows.index(1)
    places = {
        deed.id: place for deed, place in rows.painter.buttons(rows.visualRect(index), rows.rows.cell(index))
    }
    assert set(places) == {"go", "end"}
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=places["end"].center())
    assert done == [("end", Thing(1))]


def test_the_menu_key_shows_everything(rows: RowList[Thing], qtbot: QtBot) -> None:
    rows.mark(1)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(rows.viewport(), event)
    menu = rows.findChild(QMenu)
    assert isinstance(menu, QMenu)
    assert [one.text() for one in menu.actions()] == ["Go", "End", "Else"]
    menu.close()


def test_a_narrow_row_has_one_button(rows: RowList[Thing]) -> None:
    rows.resize(260, 400)
    index = rows.rows.index(0)
    shown = [deed.title for deed, _ in rows.painter.buttons(rows.visualRect(index), rows.rows.cell(index))]
    assert shown == ["⋯"]
    rows.grab()


def test_a_screen_reader_hears_the_whole_row(rows: RowList[Thing]) -> None:
    spoken = rows.rows.data(rows.rows.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "thing 0, 1 GB, detail, Fits: 3 of 8 GB"
