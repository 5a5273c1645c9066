"""Conversations in a real window: kept, found, opened, put in order, thrown away, there after a restart."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QPushButton

from qwendesk.chat.history import Entry
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.docks.chats import ARCHIVE, TRASH, ChatsView
from ui.conftest import Opened, load_with

Opens = Callable[..., Opened]
Scripts = Callable[..., list]  # type: ignore[type-arg]


@pytest.fixture
def opened(open_window: Opens, scripted: Scripts) -> Opened:
    opened = open_window(scripted())
    opened.until_ready()
    return opened


def chats(opened: Opened) -> ChatsView:
    return opened.room.views.chats


def titles(opened: Opened) -> list[str]:
    return [
        one.about.title if isinstance(one, Entry) else one.title for one in chats(opened).list.rows.things
    ]


def do(opened: Opened, title: str, deed: str) -> None:
    view = chats(opened)
    place = titles(opened).index(title)
    assert view.list.do(deed, view.list.rows.index(place))


def test_what_was_said_is_listed_opened_and_there_after_a_restart(
    open_window: Opens, scripted: Scripts
) -> None:
    first = open_window(scripted())
    first.until_ready()
    first.ask("hello there")
    first.until(lambda: titles(first) == ["hello there"])
    first.controller.actions.trigger("chat.new")
    first.ask("something else")
    first.until(lambda: titles(first) == ["something else", "hello there"])
    do(first, "hello there", "open")
    first.until(lambda: first.turns and first.turns[0].answer == "hello there")
    first.qtbot.keyClicks(first.window.chat.composer.field, "a draft")
    first.until(lambda: first.room.conversing.talk.conversation.about.draft == "a draft")
    answer = first.turns[1].answer
    first.controller.close()
    first.until(lambda: first.controller.background.closed)
    again = open_window(scripted())
    again.until_open()
    again.until(lambda: again.room.conversing.talk is not None and again.turns)
    assert [one.answer for one in again.turns] == ["hello there", answer]
    assert again.window.chat.composer.field.toPlainText() == "a draft"
    again.until(lambda: set(titles(again)) == {"something else", "hello there"})


def test_search_leads_to_the_message(opened: Opened) -> None:
    opened.ask("the contract 合同")
    opened.controller.actions.trigger("chat.new")
    opened.ask("other things")
    chats(opened).field.setText("合同")
    opened.until(lambda: titles(opened) and set(titles(opened)) == {"the contract 合同"})
    view = chats(opened)
    assert view.list.do("open", view.list.rows.index(view.list.rows.rowCount() - 1))
    opened.until(lambda: opened.turns[0].answer == "the contract 合同")
    view.field.setText("nothing like this")
    opened.until(lambda: not view.list.isVisible())
    view.field.clear()
    opened.until(lambda: len(titles(opened)) == 2)


def test_put_in_order(opened: Opened) -> None:
    opened.ask("one")
    opened.controller.actions.trigger("chat.new")
    opened.ask("two")
    opened.until(lambda: titles(opened) == ["two", "one"])
    do(opened, "one", "pin")
    opened.until(lambda: titles(opened) == ["one", "two"])
    do(opened, "two", "folder")
    dialog = opened.window.findChild(QInputDialog)
    dialog.setTextValue("Work")
    dialog.accept()
    view = chats(opened)
    opened.until(lambda: view.place.findData("Work") >= 0)
    view.place.setCurrentIndex(view.place.findData("Work"))
    assert titles(opened) == ["two"]
    view.place.setCurrentIndex(0)
    do(opened, "one", "archive")
    opened.until(lambda: titles(opened) == ["two"])
    view.place.setCurrentIndex(view.place.findData(ARCHIVE))
    assert titles(opened) == ["one"]
    do(opened, "one", "unarchive")
    opened.until(lambda: not titles(opened))


def test_deleted_means_the_trash_with_a_way_back(opened: Opened) -> None:
    opened.ask("precious")
    opened.until(lambda: titles(opened) == ["precious"])
    view = chats(opened)
    view.list.setCurrentIndex(view.list.rows.index(0))
    opened.qtbot.keyClick(view.list, Qt.Key.Key_Backspace)
    opened.until(lambda: not titles(opened))
    assert not opened.turns, "what is in front is not the one that was thrown away"
    view.place.setCurrentIndex(view.place.findData(TRASH))
    assert titles(opened) == ["precious"]
    do(opened, "precious", "restore")
    opened.until(lambda: not titles(opened))
    view.place.setCurrentIndex(0)
    assert titles(opened) == ["precious"]
    do(opened, "precious", "delete")
    view.place.setCurrentIndex(view.place.findData(TRASH))
    opened.until(lambda: titles(opened) == ["precious"])
    do(opened, "precious", "remove")
    dialog = opened.window.findChild(Dialog)
    assert dialog is not None, "for good is asked about"
    assert isinstance(dialog.focusWidget(), QPushButton)
    assert dialog.focusWidget().text() == "Keep it"  # whoever only presses Enter loses nothing
    (yes,) = [one for one in dialog.findChildren(QPushButton) if one.text() == "Delete for good"]
    yes.click()
    opened.until(lambda: not titles(opened))


def test_edit_branch_and_versions(opened: Opened) -> None:
    opened.ask("hello")
    question, reply = opened.turns
    opened.window.chat.edited.emit(question.id, "hello again")
    opened.until(lambda: len(opened.turns) == 2 and not opened.turns[1].running)
    assert opened.turns[0].answer == "hello again"
    opened.window.chat.turn_asked.emit("before", opened.turns[0].id)
    opened.until(lambda: opened.turns[0].id == question.id)
    front = opened.room.conversing.talk.conversation.id
    opened.window.chat.turn_asked.emit("branch", reply.id)
    opened.until(lambda: opened.room.conversing.talk.conversation.id != front)
    assert [one.answer for one in opened.turns] == [question.answer, reply.answer]
    opened.until(lambda: len(titles(opened)) == 2)


def test_a_reply_goes_on_behind_another_chat(opened: Opened) -> None:
    load_with(opened, replies=json.dumps({"slow": {"text": "tick " * 500, "delay_s": 0.02}}))
    opened.window.chat.send_requested.emit("slow")
    opened.until(lambda: opened.turns and opened.turns[-1].answer)
    behind = opened.room.conversing.talk.conversation
    opened.controller.actions.trigger("chat.new")
    assert not opened.turns
    before = behind.turns[-1].answer
    opened.until(lambda: behind.turns[-1].answer != before)
    opened.room.recalling.open(behind.id)
    opened.until(lambda: opened.room.conversing.talk.conversation is behind)
    opened.room.conversing.stop()
    opened.until(lambda: not behind.turns[-1].running)


def test_a_reply_is_made_again_with_what_it_was_made_with(opened: Opened) -> None:
    opened.ask("hello")
    reply = opened.turns[1]
    first = opened.room.conversing.session
    opened.window.chat.turn_asked.emit("repeat", reply.id)
    opened.until(lambda: opened.turns[1].id != reply.id and noted(opened) == ["repeated_same"])
    assert opened.room.conversing.session is first
    load_with(opened, replies=json.dumps({"hello": "Something else."}))
    opened.window.chat.turn_asked.emit("repeat", reply.id)
    opened.until(lambda: noted(opened) == ["repeated_same"] and opened.turns[1].answer == reply.answer)
    assert dict(opened.room.conversing.session.recipe.options) == reply.record.asked
    load_with(opened, replies=json.dumps({"hello": "Something else."}))
    opened.room.running.models = []
    opened.window.chat.turn_asked.emit("repeat", reply.id)
    assert "not here any more" in opened.window.notices.said("repeat")
    opened.room.curating.refresh()
    opened.until(lambda: opened.room.running.models)


def noted(opened: Opened) -> list[str]:
    finished = opened.turns[1].finished if len(opened.turns) > 1 else None
    return [one.id for one in finished.notes] if finished is not None else []
