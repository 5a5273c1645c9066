"""The composer: what is sent, when, and what never freezes."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qwendesk.ui.chat.composer import Composer
from qwendesk.ui.chat.view import ChatView

ENTER = Qt.Key.Key_Return


def paste(composer: Composer, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    composer.field.insertFromMimeData(data)


def test_enter_sends_and_shift_enter_does_not(view: ChatView, qtbot: QtBot) -> None:
    field = view.composer.field
    qtbot.keyClicks(field, "one")
    qtbot.keyClick(field, ENTER, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(field, "two")
    with qtbot.waitSignal(view.send_requested) as sent:
        qtbot.keyClick(field, ENTER)
    assert sent.args == ["one\ntwo"]
    assert field.toPlainText() == ""


def test_nothing_is_sent_without_words(view: ChatView, qtbot: QtBot) -> None:
    sent: list[str] = []
    view.send_requested.connect(sent.append)
    qtbot.keyClicks(view.composer.field, "  ")
    qtbot.keyClick(view.composer.field, ENTER)
    assert not sent
    assert not view.composer.primary.isEnabled()


def test_enter_while_an_input_method_composes_is_its_own(view: ChatView, qtbot: QtBot) -> None:
    field, sent = view.composer.field, list[str]()
    view.send_requested.connect(sent.append)
    QApplication.sendEvent(field, QInputMethodEvent("nihao", []))
    qtbot.keyClick(field, ENTER)
    assert not sent
    commit = QInputMethodEvent("", [])
    commit.setCommitString("你好")
    QApplication.sendEvent(field, commit)
    qtbot.keyClick(field, ENTER)
    assert sent == ["你好"]


def test_one_button_sends_or_stops(view: ChatView, qtbot: QtBot) -> None:
    composer, sent = view.composer, list[str]()
    view.send_requested.connect(sent.append)
    composer.field.setPlainText("next")
    view.set_busy(True)
    assert composer.primary.text() == "Stop"
    with qtbot.waitSignal(view.stop_requested):
        composer.primary.click()
    with qtbot.waitSignal(view.stop_requested):
        qtbot.keyClick(composer.field, Qt.Key.Key_Escape)
    with qtbot.waitSignal(view.stop_requested):
        qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.keyClick(composer.field, ENTER)
    assert not sent
    assert composer.field.toPlainText() == "next"
    view.set_busy(False)
    composer.primary.click()
    assert sent == ["next"]


def test_the_field_grows_to_eight_lines(view: ChatView) -> None:
    field = view.composer.field
    heights = []
    for lines in (1, 2, 8, 30):
        field.setPlainText("\n".join("x" * lines))
        QApplication.processEvents()
        heights.append(field.height())
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_a_monstrous_paste_stands_beside_the_field(view: ChatView, qtbot: QtBot) -> None:
    composer = view.composer
    qtbot.keyClicks(composer.field, "Sum up:")
    for text in ("x" * 5_000_000, "a line\n" * 700_000):
        began = perf_counter()
        paste(composer, text)
        QApplication.processEvents()
        assert perf_counter() - began < 0.5
    assert composer.field.toPlainText() == "Sum up:"
    chips = composer.attachments.chips
    assert [one.name for one in chips.values()] == ["Pasted text", "Pasted text (2)"]
    assert [text for _id, _name, text in composer.attachments.take()] == [
        "x" * 5_000_000,
        "a line\n" * 700_000,
    ]
    composer.field.clear()
    paste(composer, "short")
    assert composer.field.toPlainText() == "short"


def test_the_draft_is_told_after_a_pause(view: ChatView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.draft_changed) as told:
        qtbot.keyClicks(view.composer.field, "abc")
    assert told.args == ["abc"]


def test_thinking(view: ChatView, qtbot: QtBot) -> None:
    composer = view.composer
    assert composer.think.isHidden()
    view.set_thinking(None, None, "switch")
    assert composer.think.accessibleName() == "Think: auto"
    with qtbot.waitSignal(view.think_toggled) as toggled:
        composer.think.click()
    assert toggled.args == [True]
    view.set_thinking(True, 1024, "switch")
    assert composer.budget.text() == "Budget 1,024"
    view.set_thinking(False, 1024, "switch")
    assert composer.think.text() == "Think: off"
    assert composer.budget.isHidden()


def test_the_budget_menu(view: ChatView, qtbot: QtBot) -> None:
    view.set_thinking(True, 256, "switch")
    menu = view.composer.budget.menu_now()
    assert [one.text() for one in menu.actions()] == [
        "No limit",
        "256 tokens",
        "1,024 tokens",
        "4,096 tokens",
        "Custom…",
    ]
    assert [one.isChecked() for one in menu.actions()] == [False, True, False, False, False]
    with qtbot.waitSignal(view.budget_changed) as changed:
        menu.actions()[3].trigger()
    assert changed.args == [4096]
    with qtbot.waitSignal(view.budget_changed) as changed:
        menu.actions()[0].trigger()
    assert changed.args == [None]


def test_the_token_count(view: ChatView) -> None:
    view.set_token_count(212, 8192)
    assert view.composer.count.text() == "212 / 8,192"
    view.set_token_count(9000, 8192)
    assert view.composer.count.property("state") == "bad"
    view.set_token_count(None, None)
    assert view.composer.count.text() == ""
