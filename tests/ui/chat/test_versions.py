"""Versions of messages, asking differently, long conversations opened from their end."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu
from pytestqt.qtbot import QtBot

from qwendesk.chat.settings import Record, Settings
from qwendesk.chat.turn import Turn
from qwendesk.ui.chat import blocklist
from qwendesk.ui.chat.transcript import MOST
from qwendesk.ui.chat.view import ChatView

from .conftest import finished

RECORD = Record("/m.gguf", "m", "r", "e", "1", {}, Settings())


def button(view: ChatView, name: str) -> QAbstractButton:
    found = [
        one
        for one in view.transcript.blocks.viewport().findChildren(QAbstractButton)
        if name in (one.text(), one.accessibleName()) and one.isVisible() and one.isEnabled()
    ]
    return found[-1]


def test_the_versions_of_a_message_are_stepped_through(view: ChatView, qtbot: QtBot) -> None:
    view.add_turn(Turn(1 << 60, "user", "Why?"), (2, 3))
    view.add_turn(
        Turn((1 << 60) + 1, "assistant", "So.", finished=finished(answer="So.", reasoning="")), (1, 2)
    )
    for name, asked in (
        ("The version before", ["before", 1 << 60]),
        ("The next version", ["after", (1 << 60) + 1]),
    ):
        with qtbot.waitSignal(view.turn_asked) as told:
            button(view, name).click()
        assert told.args == asked


def test_the_menu_of_a_reply_has_what_can_be_done(view: ChatView, qtbot: QtBot) -> None:
    turn = Turn(2, "assistant", "So.", "Hm.", finished=finished(answer="So.", reasoning="Hm."), record=RECORD)
    view.add_turn(Turn(1, "user", "Why?"))
    view.add_turn(turn)
    button(view, "More to do with this reply").click()
    (menu,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible()]
    words = [one.text() for one in menu.actions()]
    assert words == [
        "Copy the reasoning",
        "Show the exact prompt…",
        "Run again with the same settings and seed",
        "Continue from here in a new chat",
    ]
    with qtbot.waitSignal(view.turn_asked) as told:
        menu.actions()[1].trigger()
    assert told.args == ["prompt", 2]
    menu.close()


def test_a_question_is_asked_differently(view: ChatView, qtbot: QtBot) -> None:
    composer = view.composer
    composer.field.setPlainText("a draft")
    composer.edit(7, "Why?")
    assert composer.notice.isVisibleTo(composer)
    qtbot.keyClicks(composer.field, " Really?")
    with qtbot.waitSignal(view.edited) as told:
        qtbot.keyClick(composer.field, Qt.Key.Key_Return)
    assert told.args == [7, "Why? Really?"]
    assert composer.field.toPlainText() == "a draft"
    composer.edit(7, "Why?")
    qtbot.keyClick(composer.field, Qt.Key.Key_Escape)
    assert composer.field.toPlainText() == "a draft"
    assert not composer.editing


def test_up_recalls_what_was_asked(view: ChatView, qtbot: QtBot) -> None:
    composer = view.composer
    composer.asked = ["one", "two"]
    qtbot.keyClick(composer.field, Qt.Key.Key_Up)
    assert composer.field.toPlainText() == "two"
    qtbot.keyClick(composer.field, Qt.Key.Key_Up)
    assert composer.field.toPlainText() == "one"
    qtbot.keyClick(composer.field, Qt.Key.Key_Down)
    qtbot.keyClick(composer.field, Qt.Key.Key_Down)
    assert composer.field.toPlainText() == ""
    qtbot.keyClicks(composer.field, "new")
    qtbot.keyClick(composer.field, Qt.Key.Key_Up)
    assert composer.field.toPlainText() == "new", "what is typed is not replaced"


def long_path(count: int) -> list[tuple[Turn, tuple[int, int]]]:
    turns = []
    for at in range(count):
        role = "user" if at % 2 == 0 else "assistant"
        turns.append((Turn(at + 1, role, f"Message {at}"), (1, 1)))  # type: ignore[arg-type]
    return turns


def test_a_long_conversation_opens_at_its_end(view: ChatView, qtbot: QtBot) -> None:
    view.show_turns(long_path(5_000))
    transcript = view.transcript
    assert len(transcript) == 5_000
    assert list(transcript._sections) == [5_000], "the rest waits for its slices"
    qtbot.waitUntil(lambda: not transcript.slices.busy)
    assert len(transcript._sections) == MOST
    assert transcript.blocks.at_bottom
    transcript.show_earlier()
    qtbot.waitUntil(lambda: not transcript.slices.busy)
    assert len(transcript._sections) == 2 * MOST
    assert list(transcript._sections) == sorted(transcript._sections)
    items = transcript.blocks.items
    assert [one.index for one in items] == list(range(len(items)))
    view.clear()
    assert len(transcript) == 0


def test_a_message_far_back_is_brought_into_view(view: ChatView, qtbot: QtBot) -> None:
    view.show_turns(long_path(500))
    view.reveal(301)
    transcript = view.transcript
    qtbot.waitUntil(lambda: 301 in transcript._sections and not transcript.slices.busy)
    assert min(transcript._sections) == 301
    assert transcript._sections[301].items[0].widget is not None
    assert not transcript.blocks.at_bottom


def test_a_conversation_cut_before_what_is_shown_ends_there(view: ChatView, qtbot: QtBot) -> None:
    view.show_turns(long_path(40))
    transcript = view.transcript
    transcript.drop_after(9)
    qtbot.waitUntil(lambda: not transcript.slices.busy)
    assert len(transcript) == 9
    assert list(transcript._sections) == list(range(1, 10))


def test_a_long_reply_is_read_in_parts(view: ChatView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window lives between them; where there is no time, one widget is made in each."""
    monkeypatch.setattr(blocklist, "MAKE_S", 0.0)
    line = "A line with **bold** and `code`.\n\n"
    view.show_turns([(Turn(1, "user", "Go."), (1, 1)), (Turn(2, "assistant", line * 3_000), (1, 1))])
    transcript = view.transcript
    blocks = transcript.blocks
    assert len(blocks.items) < 1_000
    assert blocks.live == 1
    qtbot.waitUntil(lambda: not transcript.slices.busy)
    qtbot.waitUntil(lambda: blocks.settled)
    assert len(blocks.items) > 3_000
    assert blocks.at_bottom
    bottom = list(blocks.in_view())
    assert bottom[-1].index == len(blocks.items) - 1
    assert [one.index for one in bottom] == list(range(bottom[0].index, len(blocks.items)))


def test_a_chat_left_while_it_is_read_leaves_nothing_behind(view: ChatView, qtbot: QtBot) -> None:
    view.show_turns([(Turn(2, "assistant", "A paragraph.\n\n" * 5_000), (1, 1))])
    view.show_turns([(Turn(3, "assistant", "Short."), (1, 1))])
    transcript = view.transcript
    qtbot.waitUntil(lambda: not transcript.slices.busy)
    assert list(transcript._sections) == [3]
    assert len(transcript.blocks.items) == 2
