"""Calls of tools, the exact prompt, room in a full context, and the thinking switch, in a real window."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from qwendesk.ui.dialogs.prompttext import PromptDialog
from qwendesk.ui.docks.toolsform import ToolsForm
from ui.conftest import Opened, load_with

Opens = Callable[..., Opened]
Scripts = Callable[..., list]  # type: ignore[type-arg]
CALL = '<tool_call>\n{"name": "calculator", "arguments": {"expression": "23 + 45"}}\n</tool_call>'


@pytest.fixture
def opened(open_window: Opens, scripted: Scripts) -> Opened:
    opened = open_window(scripted())
    opened.until_ready()
    return opened


def button(opened: Opened, words: str) -> QAbstractButton:
    viewport = opened.window.chat.transcript.blocks.viewport()
    opened.until(lambda: any(one.text() == words for one in viewport.findChildren(QAbstractButton)))
    return [one for one in viewport.findChildren(QAbstractButton) if one.text() == words][-1]


def ask_with_calculator(opened: Opened) -> None:
    load_with(opened, replies=json.dumps({"go": CALL, "68": "It is 68."}))
    opened.room.views.run.tools.boxes["calculator"].setChecked(True)
    opened.window.chat.send_requested.emit("go")
    opened.until(lambda: len(opened.turns) == 2 and opened.turns[1].finished)


def test_a_call_is_shown_and_runs_after_a_yes(opened: Opened) -> None:
    ask_with_calculator(opened)
    button(opened, "Run").click()
    opened.until(lambda: len(opened.turns) == 4 and not opened.turns[3].running)
    assert [one.answer for one in opened.turns[2:]] == ["68", "It is 68."]
    blocks = opened.window.chat.transcript.blocks
    opened.until(lambda: any("calculator gave back: 68" in getattr(one, "words", "") for one in blocks.items))


def test_a_refusal_is_told_to_the_model(opened: Opened) -> None:
    ask_with_calculator(opened)
    button(opened, "Refuse").click()
    opened.until(lambda: len(opened.turns) >= 3)
    assert "did not allow" in opened.turns[2].answer


def test_the_exact_prompt_is_shown(opened: Opened) -> None:
    opened.ask("hello there")
    opened.window.chat.turn_asked.emit("prompt", opened.turns[1].id)
    opened.until(lambda: opened.window.findChild(PromptDialog) is not None)
    dialog = opened.window.findChild(PromptDialog)
    assert dialog.view.toPlainText() == "<|im_start|>user\nhello there<|im_end|>\n<|im_start|>assistant\n"
    dialog.reject()


def test_room_is_made_in_a_full_context(opened: Opened) -> None:
    load_with(opened, replies=json.dumps({"long": "word " * 40, "next": "Done."}), context=400, cut=1)
    opened.ask("long")
    opened.ask("long")
    opened.ask("next")
    if opened.turns[-1].problem is None:
        opened.ask("next")
    assert opened.turns[-1].problem.id == "prompt_too_long"
    button(opened, "Leave out the oldest messages").click()
    opened.until(lambda: opened.turns[-1].problem is None and not opened.turns[-1].running)
    assert opened.turns[-1].answer == "Done."
    assert opened.room.conversing.talk.conversation.about.skipped is not None


def test_the_schema_is_read_as_it_is_typed(qtbot: QtBot) -> None:
    form = ToolsForm()
    qtbot.addWidget(form)
    form.schema.setPlainText('{"type": "object"}')
    assert form.json_schema() == {"type": "object"}
    form.schema.setPlainText('{"type": ')
    assert form.json_schema() is None
    assert "Not used" in form.state.text()
    form.schema.setPlainText("[1]")
    assert form.json_schema() is None
    form.schema.clear()
    assert form.json_schema() is None
    assert "Not used" not in form.state.text()
    assert form.chosen() == frozenset()


def test_the_switch_is_what_the_template_offers(opened: Opened) -> None:
    form, composer = opened.room.views.run.thinking, opened.window.chat.composer
    opened.until(form.offered.text)
    assert composer.think.isVisibleTo(composer)
    load_with(opened, template="plain")
    opened.until(lambda: not composer.think.isVisibleTo(composer))
    assert "no switch" in form.offered.text()


def test_the_switch_is_tested(opened: Opened) -> None:
    load_with(opened, replies=json.dumps({"What is 2 + 3?": "<think>\nHm.\n</think>\n\n5"}))
    form = opened.room.views.run.thinking
    opened.until(form.offered.text)
    opened.qtbot.mouseClick(form.test, Qt.MouseButton.LeftButton)
    opened.until(lambda: "does nothing" in form.offered.text())
