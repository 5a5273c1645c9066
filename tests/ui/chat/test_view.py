"""The view as a whole: empty, dressed anew, named for a screen reader."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.chat.view import ChatView
from qwendesk.ui.theme import style
from qwendesk.ui.theme.tokens import DARK, LIGHT


def test_the_empty_state_offers_questions(view: ChatView, qtbot: QtBot) -> None:
    view.set_empty_state("Talk to Seedling now", "It is small.", ("What is 23 + 45?", "Show me a table"))
    assert view.welcome.isVisible()
    first = view.welcome.findChildren(QAbstractButton)[0]
    with qtbot.waitSignal(view.send_requested) as sent:
        qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert sent.args == ["What is 23 + 45?"]
    view.add_turn(Turn(1, "user", "Hi"))
    assert not view.welcome.isVisible()
    view.clear()
    assert view.welcome.isVisible()


def test_the_model_pill(view: ChatView, qtbot: QtBot) -> None:
    pill = view.header.pill
    view.set_model("Qwen3-4B", "Q4_K_M · llama.cpp · 8k", "ready", "Loaded in 3 s")
    assert pill.accessibleName() == "Model Qwen3-4B, ready"
    assert pill.toolTip() == "Qwen3-4B: ready\nLoaded in 3 s"
    with qtbot.waitSignal(view.model_pill_clicked):
        pill.click()
    for state in ("none", "loading", "busy", "dead"):
        view.set_model("Qwen3-4B", "", state, "")
        assert not pill.grab().isNull()


def test_a_long_title_gives_way(view: ChatView) -> None:
    view.set_model("Qwen3-4B-Instruct", "Q4_K_M · llama.cpp · 8k", "ready", "")
    view.set_title("A title without an end " * 50)
    view.resize(500, 700)
    assert view.width() == 500
    title = view.header.findChildren(QLabel)[0]
    assert title.text().endswith("…")
    assert len(title.accessibleName()) > 1000


def test_themes_switch_while_it_runs(view: ChatView, stream: Any, qtbot: QtBot) -> None:
    stream.answer("Text with `code`.\n\n```py\nclass A: pass\n```\n\n| a |\n|---|\n| b |\n")

    def ink() -> str:
        text = view.transcript.blocks.items[2].widget.findChild(TextView)  # type: ignore[union-attr]
        assert isinstance(text, TextView)
        return str(text.document().begin().begin().fragment().charFormat().foreground().color().name())

    assert ink() == DARK.text
    style.theme.choose("light")
    qtbot.waitUntil(lambda: not style.theme.switching)
    view.retheme()
    assert ink() == LIGHT.text
    assert view.grab().toImage().pixelColor(5, 300) == QColor(LIGHT.background)
    stream.answer("More.")
    assert ink() == LIGHT.text


def test_everything_that_takes_the_focus_has_a_name(view: ChatView, stream: Any) -> None:
    stream.reason("Hm.")
    stream.answer("Text\n\n```py\nx\n```\n\n| a |\n|---|\n| b |\n")
    stream.finish()
    view.set_thinking(True, 256, "switch")
    for one in view.findChildren(QWidget):
        if one.focusPolicy() & Qt.FocusPolicy.ClickFocus and one.isVisible():
            assert one.accessibleName(), one


def test_tab_follows_the_eye(view: ChatView, stream: Any) -> None:
    stream.reason("Hm.")
    stream.answer("```py\nx\n```\n")
    stream.finish()
    names, one = list[str](), view.transcript.blocks
    for _ in range(5):
        one = one.nextInFocusChain()  # type: ignore[assignment]
        while not (one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible()):
            one = one.nextInFocusChain()  # type: ignore[assignment]
        names.append(one.accessibleName())
    assert names[1:5] == ["Thought for 3.2 s 142 tokens", "Copy this code", "Copy the reply", "Answer again"]
