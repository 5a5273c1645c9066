"""Hostile outputs, in a real conversation: nothing is fetched, nothing raises, nothing that was said is lost."""

from __future__ import annotations

import re
import socket
import sys
from typing import Any

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fakes.hostile import outputs
from qwendesk.api.reply import Delta
from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.leaves import Code, Leaf, Table, plain
from qwendesk.ui.chat.reading import Reading
from qwendesk.ui.chat.splitter import Splitter
from qwendesk.ui.chat.tablereader import MOST_CELLS
from qwendesk.ui.chat.view import ChatView

OUTPUTS = outputs()
MOST_SHOWN = 60_000
"""Characters of each that the window shows here; the benchmark shows all of them."""


@pytest.fixture(autouse=True)
def nothing_reaches_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object, **named: object) -> None:
        pytest.fail(f"reached out: {given} {named}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(QDesktopServices, "openUrl", refuse)


@pytest.mark.parametrize("name", OUTPUTS)
def test_it_is_shown(view: ChatView, qtbot: QtBot, name: str) -> None:
    text = OUTPUTS[name][:MOST_SHOWN]
    view.add_turn(Turn(1, "user", "Go on."))
    view.add_turn(Turn(2, "assistant", text))
    bar = view.transcript.blocks.verticalScrollBar()
    for page in range(5):
        bar.setValue(bar.maximum() * page // 4)
        qtbot.wait(1)
        view.grab()
    assert "PySide6.QtNetwork" not in sys.modules
    assert not [one for one in view.findChildren(QWidget) if "Web" in type(one).__name__]


@pytest.mark.parametrize("name", OUTPUTS)
def test_it_is_streamed(view: ChatView, stream: Any, name: str) -> None:
    for start in range(0, min(len(OUTPUTS[name]), 8000), 97):
        stream.answer(OUTPUTS[name][start : start + 97])
    stream.finish()
    view.grab()


def leaves_of(text: str) -> list[Leaf]:
    splitter = Splitter()
    splitter.feed(text)
    splitter.close()
    return splitter.take()


def letters(text: str) -> str:
    return "".join(re.findall(r"\w", text))


@pytest.mark.parametrize("name", [one for one in OUTPUTS if len(OUTPUTS[one]) < 200_000])
def test_every_piece_of_it_is_small(name: str) -> None:
    for leaf in leaves_of(OUTPUTS[name]):
        assert len(plain(leaf)) <= 12_000
        if isinstance(leaf, Table):
            assert sum(map(len, leaf.rows)) <= MOST_CELLS + len(leaf.aligns)


@pytest.mark.parametrize(
    "name",
    ["quotes 1,000 deep", "lists 1,000 deep", "HTML and scripts", "maths bombs", "table of 1,000 columns"],
)
def test_nothing_that_was_said_is_lost(name: str) -> None:
    said = letters(OUTPUTS[name])
    assert letters("".join(plain(leaf) for leaf in leaves_of(OUTPUTS[name]))) == said


def test_a_table_that_is_too_wide_is_shown_as_its_source() -> None:
    assert not [leaf for leaf in leaves_of(OUTPUTS["table of 1,000 columns"]) if isinstance(leaf, Table)]
    source = "|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n"
    (leaf,) = leaves_of(source)
    assert isinstance(leaf, Code)
    assert leaf.text == source


def test_a_long_table_repeats_its_header() -> None:
    found = leaves_of("| a | b |\n|---|--:|\n" + "".join(f"| {at} | x |\n" for at in range(200)))
    assert all(isinstance(leaf, Table) for leaf in found)
    assert len(found) > 1
    rows = [row for leaf in found if isinstance(leaf, Table) for row in leaf.rows[1:]]
    assert [row[0][0].text for row in rows] == [str(at) for at in range(200)]
    assert {leaf.rows[0][0][0].text for leaf in found if isinstance(leaf, Table)} == {"a"}


def test_a_long_answer_is_read_in_steps_of_bounded_size() -> None:
    reading = Reading()
    reading.feed("word " * 50_000)
    reading.read()
    assert not reading.over
    steps = 1
    while not reading.over:
        reading.read()
        reading.take()
        steps += 1
    assert steps > 100
    reading.feed("more")
    assert not reading.over


def test_a_long_answer_arrives_whole_in_slices(view: ChatView, qtbot: QtBot) -> None:
    text = "".join(f"Paragraph number {at}.\n\n" for at in range(3000))
    view.add_turn(Turn(1, "user", "Go on."))
    view.add_turn(Turn(2, "assistant", text))
    items = view.transcript.blocks.items
    assert len(items) < 2000
    qtbot.waitUntil(lambda: len(items) > 3000)
    shown = [plain(item.leaf) for item in items if hasattr(item, "leaf")]
    assert shown == [f"Paragraph number {at}." for at in range(3000)]


def test_what_is_still_being_read_ends_with_its_conversation(view: ChatView, qtbot: QtBot) -> None:
    view.add_turn(Turn(1, "user", "Go on."))
    view.add_turn(Turn(2, "assistant", "word\n\n" * 5000))
    view.clear()
    view.add_turn(Turn(3, "user", "Something else."))
    before = len(view.transcript.blocks.items)
    qtbot.wait(30)
    assert len(view.transcript.blocks.items) == before


def test_deltas_that_come_while_an_answer_is_read_follow_it(view: ChatView, qtbot: QtBot) -> None:
    turn = Turn(2, "assistant", "word\n\n" * 3000, state="streaming")
    view.add_turn(Turn(1, "user", "Go on."))
    view.add_turn(turn)
    event = Delta("answer", "The end.", 1, 0.0, 0.0)
    view.change_turn(turn.after(event), event)
    view.transcript.flush()
    items = view.transcript.blocks.items
    qtbot.waitUntil(lambda: plain(items[-1].leaf) == "The end." if hasattr(items[-1], "leaf") else False)


def test_the_ledger_of_the_one_door_stays_empty(open_window: Any, scripted: Any) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    chat = opened.window.chat
    for at, name in enumerate(("remote images", "HTML and scripts", "HTML in code, tables and formulas")):
        chat.add_turn(Turn(10 + at, "assistant", OUTPUTS[name]))
        chat.grab()
    opened.qtbot.wait(50)
    assert opened.room.app.ledger.entries() == []
