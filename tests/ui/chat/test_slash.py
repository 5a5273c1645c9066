"""Slash commands in the composer: listed while they are typed, chosen with keys, called when sent."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qwendesk.api.prompts import PromptTemplate, Variable
from qwendesk.chat.prompts.slash import Command
from qwendesk.ui.chat.field import Field
from qwendesk.ui.chat.slashlist import SlashList
from qwendesk.ui.chat.view import ChatView

KEY = Qt.Key
TEXT = (Variable("text", "Text"),)
PROMPTS = (
    PromptTemplate("rewrite", "Rewrite", "message", "Rewrite {{text}}", "Says it again.", TEXT),
    PromptTemplate("summarise", "Summarise", "message", "Sum up {{text}}", "Sums up.", TEXT),
    PromptTemplate("go-on", "Go on", "message", "Please go on."),
    PromptTemplate("coding", "Programming", "system", "Write code."),
)


class Slash:
    """A view with a list, what was called and what was sent."""

    def __init__(self, view: ChatView, qtbot: QtBot) -> None:
        self.view, self.qtbot = view, qtbot
        self.list = SlashList(view.composer, view)
        self.called: list[Command] = []
        self.sent: list[str] = []
        self.wanted = 0
        self.list.called.connect(self.called.append)
        self.list.wanted.connect(self._on_wanted)
        view.send_requested.connect(self.sent.append)
        self.list.show_prompts(PROMPTS)
        view.activateWindow()
        self.field.setFocus()
        qtbot.waitUntil(self.field.hasFocus)

    def _on_wanted(self) -> None:
        self.wanted += 1

    @property
    def field(self) -> Field:
        return self.view.composer.field

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(self.field, text)

    def press(self, key: Any) -> None:
        self.qtbot.keyClick(self.field, key)

    @property
    def shown(self) -> list[str]:
        return [one.id for one in self.list.list.rows.things] if self.list.isVisible() else []

    @property
    def chosen(self) -> str:
        assert self.list.list.current is not None
        return self.list.list.current.id


@pytest.fixture
def slash(view: ChatView, qtbot: QtBot) -> Slash:
    return Slash(view, qtbot)


def test_typing_narrows_the_list_down(slash: Slash) -> None:
    assert not slash.shown
    slash.type("/")
    assert slash.shown == ["go-on", "rewrite", "summarise"]
    slash.type("su")
    assert slash.shown == ["summarise"]
    slash.type("x")
    assert not slash.shown
    slash.press(KEY.Key_Backspace)
    assert slash.shown == ["summarise"]
    slash.type("m some")
    slash.type(" text")
    assert not slash.shown
    slash.field.setPlainText("a / b")
    assert not slash.shown
    assert slash.wanted == 1


def test_it_lies_over_the_composer(slash: Slash, view: ChatView) -> None:
    slash.type("/")
    composer = view.composer.geometry()
    assert slash.list.geometry().bottom() < composer.top()
    assert (slash.list.x(), slash.list.width()) == (composer.x(), composer.width())
    view.resize(700, 500)
    QApplication.processEvents()
    composer = view.composer.geometry()
    assert (slash.list.x(), slash.list.width()) == (composer.x(), composer.width())
    assert slash.list.geometry().bottom() < composer.top()


def test_arrows_go_round_and_enter_calls(slash: Slash) -> None:
    slash.type("/")
    assert slash.chosen == "go-on"
    slash.press(KEY.Key_Up)
    assert slash.chosen == "summarise"
    slash.press(KEY.Key_Down)
    slash.press(KEY.Key_Down)
    assert slash.chosen == "rewrite"
    slash.press(KEY.Key_PageDown)
    assert slash.chosen == "summarise"
    slash.press(KEY.Key_Return)
    assert [(one.prompt.id, one.values) for one in slash.called] == [("summarise", {})]
    assert not slash.sent
    assert not slash.shown
    assert slash.field.toPlainText() == "/summarise", "it stays until something is sent"


def test_tab_writes_it_out_to_go_on_typing(slash: Slash) -> None:
    slash.type("/sum")
    slash.press(KEY.Key_Tab)
    assert slash.field.toPlainText() == "/summarise "
    assert slash.field.hasFocus()
    slash.type("some text")
    slash.press(KEY.Key_Return)
    assert [one.values for one in slash.called] == [{"text": "some text"}]


def test_escape_closes_it_until_something_else_is_typed(slash: Slash, view: ChatView) -> None:
    stopped: list[bool] = []
    view.stop_requested.connect(lambda: stopped.append(True))
    view.set_busy(True)
    slash.type("/")
    slash.press(KEY.Key_Escape)
    assert not slash.shown
    assert not stopped, "the list was closed, not the reply stopped"
    slash.type("s")
    assert not slash.shown
    slash.press(KEY.Key_Escape)
    assert stopped
    slash.field.clear()
    slash.type("/")
    assert slash.shown


def test_a_click_calls(slash: Slash) -> None:
    slash.type("/")
    rows = slash.list.list
    where = rows.visualRect(rows.rows.index(2)).center()
    slash.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert [one.prompt.id for one in slash.called] == ["summarise"]
    assert slash.field.hasFocus()


def test_what_is_no_command_is_sent_as_it_is(slash: Slash) -> None:
    for text in ("/usr/bin/env is a path", "/nothing", "/coding", "/go-on with this", "1 / 2"):
        slash.field.setPlainText(text)
        slash.press(KEY.Key_Escape)
        slash.press(KEY.Key_Return)
        assert slash.sent.pop() == text
    assert not slash.called


def test_the_filled_text_is_sent_in_place_of_the_typed_one(slash: Slash, view: ChatView) -> None:
    slash.type("/summarise x")
    view.composer.send("Sum up x")
    assert slash.sent == ["Sum up x"]
    assert slash.field.toPlainText() == ""


def test_nothing_is_called_while_a_reply_runs(slash: Slash, view: ChatView) -> None:
    view.set_busy(True)
    slash.type("/summarise")
    slash.press(KEY.Key_Return)
    assert not slash.called
    assert slash.field.toPlainText() == "/summarise"


def test_keys_of_an_input_method_are_its_own(slash: Slash) -> None:
    slash.type("/")
    QApplication.sendEvent(slash.field, QInputMethodEvent("zong", []))
    slash.press(KEY.Key_Return)
    assert not slash.called
    assert slash.field.toPlainText() == "/"


def test_it_goes_with_the_focus(slash: Slash, view: ChatView) -> None:
    slash.type("/")
    view.header.pill.setFocus()
    assert not slash.shown


def test_shift_enter_breaks_the_line(slash: Slash) -> None:
    slash.type("/")
    slash.qtbot.keyClick(slash.field, KEY.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert slash.field.toPlainText() == "/\n"
    assert not slash.called


def test_a_long_text_is_not_looked_at(slash: Slash) -> None:
    slash.field.setPlainText("/" + "x" * 100_000)
    assert not slash.shown
