"""A person's evening with the window, in two acts with a restart between them; each act is a process.

Act one: a new chat, an answer with reasoning, the question edited, a branch, a search, an export. Act two: the
window is opened again, and all of it is there. Says on standard output what it has seen.
"""

from __future__ import annotations

import faulthandler
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from qwendesk.system.paths import Paths
from qwendesk.ui.controller import Controller
from qwendesk.ui.main import run

Wish = Callable[[], object]
Story = Generator[Wish, None, None]
_LOOK_MS = 20
_PATIENCE_MS = 60_000


def first(controller: Controller, folder: Path) -> Story:
    window = controller.window
    yield lambda: controller.room is not None and controller.room.conversing.talk is not None
    room: Any = controller.room
    talk = room.conversing.talk
    controller.actions.trigger("chat.new")
    room.running.toggle_thinking() if not room.running.thinks else None
    window.chat.send_requested.emit("What is 23 + 45?")
    yield lambda: len(talk.conversation.turns) == 2 and not talk.conversation.turns[1].running
    # The window hears of the end a moment later; until then Enter keeps the text.
    yield lambda: not window.chat.composer.busy
    question, answer = talk.conversation.turns
    say("thought", bool(answer.reasoning.strip()), "answered", "68" in answer.answer)
    window.chat.turn_asked.emit("edit", question.id)
    window.chat.composer.field.setPlainText("What is the capital of Japan?")
    window.chat.composer.field.submitted.emit()
    yield lambda: _answers(talk, "Tokyo")
    say("edited", len(talk.conversation.versions(question.id)) == 2)
    before, last = talk.conversation.id, talk.conversation.turns[-1]
    window.chat.turn_asked.emit("branch", last.id)
    yield lambda: talk.conversation.id != before and len(talk.conversation.turns) == 2
    say("branched", talk.conversation.turns[-1].answer == last.answer)
    chats = room.views.chats
    chats.field.setText("capital")
    yield lambda: chats.list.rows.things and all(hasattr(one, "excerpt") for one in chats.list.rows.things)
    say("found", {one.conversation for one in chats.list.rows.things} == {before, talk.conversation.id})
    chats.field.clear()
    room.exporting.write(talk.conversation, folder / "chat.md")
    yield (folder / "chat.md").is_file
    say("exported", "Tokyo" in (folder / "chat.md").read_text(encoding="utf-8"))


def second(controller: Controller, folder: Path) -> Story:
    yield lambda: controller.room is not None and controller.room.conversing.talk is not None
    room: Any = controller.room
    talk, chats = room.conversing.talk, room.views.chats
    yield lambda: len(talk.conversation.turns) == 2 and len(chats.list.rows.things) == 2
    say("back", "Tokyo" in talk.conversation.turns[1].answer)
    other = next(one for one in chats.list.rows.things if one.about.id != talk.conversation.id)
    chats.asked.emit("open", other)
    yield lambda: talk.conversation.id == other.about.id
    versions = talk.conversation.versions(talk.conversation.turns[0].id)
    controller.window.chat.turn_asked.emit("before", talk.conversation.turns[0].id)
    yield lambda: "68" in talk.conversation.turns[-1].answer
    say("versions", len(versions) == 2, "reasoning", bool(talk.conversation.turns[-1].reasoning))


def _answers(talk: Any, words: str) -> bool:
    last = talk.conversation.turns[-1]
    return not last.running and words in last.answer


def say(*words: object) -> None:
    print(*words, flush=True)


class Teller:
    """Goes on with the story as soon as what it waits for is so."""

    def __init__(self, controller: Controller, story: Story) -> None:
        self._controller, self._story = controller, story
        self._wish: Wish = lambda: True
        self._timer = QTimer(controller, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        QTimer.singleShot(_PATIENCE_MS, controller, lambda: self._end("waited too long"))

    def _look(self) -> None:
        if self._wish():
            try:
                self._wish = next(self._story)
            except StopIteration:
                self._end("the end")

    def _end(self, words: str) -> None:
        self._timer.stop()
        say(words)
        self._controller.window.close()


def main(act: str, home: Path, folder: Path) -> int:
    tellers: list[Teller] = []

    def started(controller: Controller) -> None:
        say("painted on", QGuiApplication.platformName())
        story = first if act == "first" else second
        tellers.append(Teller(controller, story(controller, folder)))

    # Whatever hangs shall say where.
    faulthandler.dump_traceback_later(_PATIENCE_MS / 1000 + 15, exit=True)
    return run(Paths(home), started)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
