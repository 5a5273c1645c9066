"""A reply on the screen: as it streams, when it is split anew, when it ends well and when it does not."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from qwendesk.api.problem import Note
from qwendesk.api.reply import Delta, Failed, PromptRead, Resplit
from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.failure import FailureItem
from qwendesk.ui.chat.fold import FoldItem
from qwendesk.ui.chat.footer import FooterItem
from qwendesk.ui.chat.item import Item
from qwendesk.ui.chat.lines import LineItem
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.chat.view import ChatView


def items(view: ChatView, kind: type[Item]) -> list[Any]:
    return [one for one in view.transcript.blocks.items if isinstance(one, kind)]


def texts(view: ChatView) -> list[str]:
    """What can be read, from top to bottom."""
    found = []
    for item in view.transcript.blocks.in_view():
        assert item.widget is not None
        found += [one.toPlainText() for one in item.widget.findChildren(TextView)]
    return found


def button(view: ChatView, words: str) -> QAbstractButton:
    """The lowest button of that name in the transcript."""
    found = [
        one
        for item in view.transcript.blocks.in_view()
        for one in (item.widget.findChildren(QAbstractButton) if item.widget else ())
        if words in (one.text(), one.accessibleName()) and not one.isHidden()
    ]
    return found[-1]


def has_button(view: ChatView, words: str) -> bool:
    try:
        return bool(button(view, words))
    except IndexError:
        return False


def test_text_streams_in_order(view: ChatView, stream: Any) -> None:
    for piece in (
        "Hel",
        "lo **wo",
        "rld**.\n",
        "\nSecond",
        " one.\n\n```py\nx = 1",
        "\ny = 2\n```\n",
        "\nEnd",
    ):
        stream.answer(piece)
    assert texts(view) == ["Why?", "Hello world.", "Second one.", "x = 1\ny = 2", "End"]


def test_deltas_wait_for_the_next_frame(view: ChatView, qtbot: QtBot, stream: Any) -> None:
    stream.answer("a")
    for _ in range(50):
        event = Delta("answer", "b", 1, 1.0, 1.0)
        stream.turn = stream.turn.after(event)
        view.change_turn(stream.turn, event)
    assert texts(view) == ["Why?", "a"]
    qtbot.waitUntil(lambda: texts(view) == ["Why?", "a" + "b" * 50], timeout=1000)


def test_what_is_waited_for(view: ChatView, stream: Any) -> None:
    (line,) = items(view, LineItem)
    assert line.words == "Waiting for the model…"
    view.set_model("Qwen3", "", "loading", "")
    assert line.words == "Loading the model…"
    stream.tell(PromptRead(1200, 5655, 0))
    (line,) = items(view, LineItem)
    assert line.words == "Reading the prompt: 1,200 of 5,655 tokens"
    assert line.fraction == pytest.approx(1200 / 5655)
    stream.answer("Yes")
    assert not items(view, LineItem)


def test_reasoning_folds(view: ChatView, stream: Any, qtbot: QtBot) -> None:
    stream.reason("First I look.\nThen I ")
    stream.reason("think hard")
    (fold,) = items(view, FoldItem)
    assert (fold.title, fold.live) == ("Thinking…", "Then I think hard")
    stream.answer("So it is.")
    assert (fold.title, fold.detail, fold.live) == ("Thought for 3.2 s", "2 tokens", "")
    assert "think hard" not in "".join(texts(view))
    face = fold.widget.face
    assert face.accessibleName() == "Thought for 3.2 s 2 tokens"
    qtbot.keyClick(face, Qt.Key.Key_Return)
    assert texts(view) == ["Why?", "First I look.\nThen I think hard", "So it is."]
    qtbot.keyClick(face, Qt.Key.Key_Space)
    assert texts(view) == ["Why?", "So it is."]
    qtbot.mouseClick(face, Qt.MouseButton.LeftButton)
    stream.answer(" Yes.")
    assert texts(view) == ["Why?", "First I look.\nThen I think hard", "So it is. Yes."]


def test_an_open_fold_grows_while_it_streams(view: ChatView, stream: Any) -> None:
    stream.reason("a")
    items(view, FoldItem)[0].widget.face.toggle()
    for _ in range(900):
        stream.reason("word and\n")
    assert "".join(texts(view)).count("word and") > 50
    assert view.transcript.blocks.live < 40


def test_a_resplit_replaces_both_parts(view: ChatView, stream: Any) -> None:
    stream.answer("I wonder.\n\nWhat it is.\n\n- a\n- b")
    stream.tell(Resplit("I wonder. What it is.", "Forty-two."))
    assert texts(view) == ["Why?", "Forty-two."]
    assert items(view, FoldItem)[0].title.startswith("Thought")
    stream.answer(" Or not.")
    assert texts(view) == ["Why?", "Forty-two. Or not."]


def test_a_finished_reply_tells_its_figures(view: ChatView, stream: Any, qtbot: QtBot) -> None:
    stream.answer("**Yes**, it is.")
    stream.finish(notes=(Note("x", {"text": "The budget was used up."}),))
    (footer,) = items(view, FooterItem)
    assert footer.words == "52.1 tok/s  ·  0.31 s to first token  ·  reused 5,210 of 5,655 prompt tokens"
    assert [one.words for one in items(view, LineItem)] == ["The budget was used up."]
    qtbot.mouseClick(button(view, "Copy"), Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "**Yes**, it is."
    with qtbot.waitSignal(view.retry_requested):
        qtbot.mouseClick(button(view, "Retry"), Qt.MouseButton.LeftButton)


def test_what_finished_says_wins(view: ChatView, stream: Any) -> None:
    stream.answer("Half of")
    stream.finish(answer="The whole.")
    assert texts(view) == ["Why?", "The whole."]


def test_only_the_last_reply_can_be_retried(view: ChatView, stream: Any) -> None:
    stream.answer("Yes")
    stream.finish()
    view.add_turn(Turn(3, "user", "Sure?"))
    assert not has_button(view, "Retry")
    assert has_button(view, "Copy")
    view.drop_after(1)
    assert texts(view) == ["Why?"]


def test_a_stopped_reply_says_so(view: ChatView, stream: Any) -> None:
    stream.answer("Yes")
    stream.finish(reason="cancelled")
    assert items(view, FooterItem)[0].words.startswith("Stopped  ·  52.1 tok/s")


def test_a_reply_stopped_before_it_began(view: ChatView, stream: Any) -> None:
    stream.turn = stream.turn.cancelled()
    stream.tell(None)
    assert items(view, FooterItem)[0].words == "Stopped"
    assert not has_button(view, "Copy")


def test_a_crash_is_said_in_place(view: ChatView, stream: Any, qtbot: QtBot) -> None:
    stream.answer("So far so")
    stream.tell(
        Failed(
            Note("worker_crashed", {"signal": "SIGSEGV", "doing": "x", "memory": 1, "peak": 2, "cause": ""}),
            ("last",),
        )
    )
    assert texts(view) == ["Why?", "So far so"]
    (card,) = items(view, FailureItem)
    assert "SIGSEGV" in card.sentence.what
    height = card.widget.height()
    button(view, "Show the log").click()
    assert card.widget.height() > height
    with qtbot.waitSignal(view.restart_requested):
        button(view, "Start again").click()


def test_other_failures_can_be_tried_again(view: ChatView, stream: Any, qtbot: QtBot) -> None:
    stream.tell(Failed(Note("template_failed", {"detail": "x"})))
    with qtbot.waitSignal(view.retry_requested):
        button(view, "Try again").click()


def test_a_full_context_offers_what_makes_room(view: ChatView, stream: Any, qtbot: QtBot) -> None:
    stream.tell(Failed(Note("prompt_too_long", {"prompt_tokens": 9000, "context": 8192})))
    for words, what in (("Leave out the oldest messages", "skip"), ("Sum them up", "sum_up")):
        with qtbot.waitSignal(view.turn_asked) as told:
            button(view, words).click()
        assert told.args == [what, stream.turn.id]


def test_code_is_copied_whole(view: ChatView, stream: Any) -> None:
    source = "".join(f"line {at}\n" for at in range(300))
    stream.answer(f"```py\n{source}```\n")
    stream.finish()
    view.transcript.blocks.verticalScrollBar().setValue(0)
    button(view, "Copy this code").click()
    assert QApplication.clipboard().text() == source.removesuffix("\n")


def test_sentences_are_announced_once(view: ChatView, stream: Any) -> None:
    heard: list[str] = []
    view.transcript.announced.connect(heard.append)
    for piece in ("One. Tw", "o. Th", "ree\n\n```py\nx\n", "y\n```\n", "Four. Fi", "ve"):
        stream.answer(piece)
    stream.finish()
    assert heard == ["One.", "Two.", "Three", "Code, py", "Four.", "Five"]


def test_history_is_not_announced(view: ChatView) -> None:
    heard: list[str] = []
    view.transcript.announced.connect(heard.append)
    view.add_turn(Turn(1, "assistant", "One. Two."))
    assert not heard
