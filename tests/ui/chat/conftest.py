"""A conversation to look at, and turns to put in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qwendesk.api.reply import Delta, Finished, ReplyEvent, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.transcript import Transcript
from qwendesk.ui.chat.view import ChatView
from qwendesk.ui.theme import style


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> Iterator[ChatView]:
    style.theme.apply(qapp, "dark")
    made = ChatView()
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    yield made
    style.theme.choose("dark")
    qtbot.waitUntil(lambda: not style.theme.switching)


@pytest.fixture
def transcript(view: ChatView) -> Transcript:
    return view.transcript


class Stream:
    """A reply that goes on: each call is an event of the worker's, shown at once."""

    def __init__(self, view: ChatView) -> None:
        self._view = view
        self.turn = Turn(2, "assistant", state="waiting")
        view.add_turn(Turn(1, "user", "Why?"))
        view.add_turn(self.turn)

    def tell(self, event: ReplyEvent | None) -> None:
        if event is not None:
            self.turn = self.turn.after(event)
        self._view.change_turn(self.turn, event)
        self._view.transcript.flush()

    def answer(self, text: str) -> None:
        self.tell(Delta("answer", text, 1, 4.2, 4.2))

    def reason(self, text: str) -> None:
        self.tell(Delta("reasoning", text, 1, 1.0, 4.2))

    def finish(self, **changes: object) -> None:
        self.tell(finished(**({"answer": self.turn.answer, "reasoning": self.turn.reasoning} | changes)))


def finished(**changes: object) -> Finished:
    facts: dict[str, object] = {
        "reason": "stop",
        "tool_calls": (),
        "usage": Usage(5655, 5210, 300, 142),
        "timings": Timings(0.31, 900.0, 52.1, 3.2, 6.0),
        "sampling": Sampling(),
    }
    return Finished(**(facts | changes))  # type: ignore[arg-type]


@pytest.fixture
def stream(view: ChatView) -> Stream:
    return Stream(view)


@pytest.fixture
def fill(view: ChatView) -> Callable[[int], None]:
    """Finished turns, two at a time."""

    def add(pairs: int, text: str = "A paragraph.\n\nAnother one.\n\n- a\n- b\n") -> None:
        for at in range(pairs):
            view.add_turn(Turn(10_000 + 2 * at, "user", f"Question {at}"))
            view.add_turn(Turn(10_001 + 2 * at, "assistant", text))

    return add
