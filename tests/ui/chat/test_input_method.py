"""Typing through an input method: what is composed is seen, and nothing is sent meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qwendesk.ui.chat.view import ChatView


def compose(view: ChatView, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(view.composer.field, event)


def test_what_is_composed_is_shown_but_not_yet_text(view: ChatView) -> None:
    field = view.composer.field
    compose(view, "ni hao")
    assert field.toPlainText() == ""
    assert field.textCursor().block().layout().preeditAreaText() == "ni hao"
    compose(view, "", "你好")
    assert field.toPlainText() == "你好"
    assert field.textCursor().block().layout().preeditAreaText() == ""


def test_enter_commits_before_it_sends(view: ChatView, qtbot: QtBot) -> None:
    field = view.composer.field
    sent: list[str] = []
    view.send_requested.connect(sent.append)
    compose(view, "ㅎㅏㄴ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert sent == []
    compose(view, "", "한")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert sent == ["한"]


def test_a_long_composition_makes_the_field_grow(view: ChatView) -> None:
    before = view.composer.field.height()
    compose(view, "zhongwen " * 60)
    assert view.composer.field.height() > before


def test_the_field_tells_the_input_method_where_it_is(view: ChatView) -> None:
    field = view.composer.field
    assert field.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    compose(view, "", "你好")
    assert field.inputMethodQuery(Qt.InputMethodQuery.ImSurroundingText) == "你好"
    assert field.inputMethodQuery(Qt.InputMethodQuery.ImCursorPosition) == 2
    assert not field.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).isEmpty()
