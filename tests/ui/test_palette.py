"""Actions, and finding them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from qwendesk.ui.dialogs.fuzzy import score
from qwendesk.ui.dialogs.palette import palette
from qwendesk.ui.dialogs.picker import ranked

Opens = Callable[..., object]


@pytest.mark.parametrize(
    ("wanted", "best"),
    [
        ("new", "Chat: New chat"),
        ("rl", "View: Reset layout"),
        ("dark", "View: Dark theme"),
        ("RUN", "View: Run"),
    ],
)
def test_typing_finds(wanted: str, best: str) -> None:
    titles = ["View: Run", "Chat: New chat", "View: Dark theme", "View: Reset layout", "Model: Load"]
    assert titles[ranked(wanted, titles)[0]] == best


def test_order_and_case() -> None:
    assert score("", "Anything") == 0
    assert score("xyz", "Anything") is None
    assert score("gna", "Anything") is None
    assert score("th", "Theme") > score("th", "Anything")  # type: ignore[operator]


def test_every_action_is_in_a_menu_and_in_the_palette(open_window: Opens) -> None:
    opened = open_window([], show=False)
    actions = opened.controller.actions
    in_menus = {one.objectName() for menu in opened.window.findChildren(QMenu) for one in menu.actions()}
    picker = palette(actions, opened.window)
    for one in actions.all:
        assert one.id in in_menus
        assert one.id in picker.matches()
    picker.close()


def test_shortcuts_are_unique_and_valid(open_window: Opens) -> None:
    actions = open_window([], show=False).controller.actions
    shortcuts = [one.shortcut for one in actions.all if one.shortcut]
    assert [one for one, count in Counter(shortcuts).items() if count > 1] == []
    assert all(not QKeySequence(one).isEmpty() for one in shortcuts)
    assert {"Ctrl+N", "Ctrl+L", "Ctrl+K", "F6", "Esc"} <= set(shortcuts)


def test_the_palette_runs_with_the_keyboard(open_window: Opens) -> None:
    opened = open_window([])
    ran = []
    opened.controller.choose_theme = ran.append
    opened.controller.show_palette()
    picker = palette(opened.controller.actions, opened.window)
    picker.open_over(opened.window)
    opened.qtbot.keyClicks(picker.field, "reset lay")
    assert picker.matches()[0] == "view.reset"
    opened.window.docks["run"].hide()
    opened.qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert not picker.isVisible()
    opened.qtbot.waitUntil(opened.window.docks["run"].isVisible)


def test_what_cannot_run_now_is_not_run(open_window: Opens) -> None:
    opened = open_window([])
    opened.until_open()
    picker = palette(opened.controller.actions, opened.window)
    picker.open_over(opened.window)
    opened.qtbot.keyClicks(picker.field, "stop the reply")
    opened.qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert picker.isVisible()
    opened.qtbot.keyClicks(picker.field, "qqq")
    assert picker.matches() == []
    picker.close()
