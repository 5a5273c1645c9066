"""A talk in the terminal: streaming, Ctrl-C for the reply, figures at the end."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.api.reply import Delta, Finished, PromptRead, Resplit
from qwendesk.app import App
from qwendesk.chat.conversation import Turn, first_line
from qwendesk.chat.talk import Settings, Talk, TurnChanged
from qwendesk.chat.turn import Attachment
from qwendesk.chat.writer import HistoryNotSaved, HistorySaved
from qwendesk.cli.result import as_data, footer
from qwendesk.cli.terminal import Paper
from qwendesk.runtimes.state import SessionChanged
from qwendesk.words import _
from qwendesk.words.problems import word

_TICK = 0.2


class Dialogue:
    """One talk, printed."""

    def __init__(self, app: App, talk: Talk, settings: Settings, paper: Paper | None = None) -> None:
        self._app = app
        self._talk = talk
        self._settings = settings
        self._paper = paper or Paper()
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        app.bus.subscribe(self._events.put)

    def answer_once(
        self,
        question: str,
        as_json: bool,
        images: tuple[bytes, ...] = (),
        attachments: tuple[Attachment, ...] = (),
    ) -> int:
        """Ask one question. Raises the Problem that the reply failed with."""
        turn = self._ask(question, as_json, images, attachments)
        self._app.history.writer.flush()
        self._tell_kept()
        if turn.problem is not None:
            raise Problem.of(turn.problem)
        if turn.finished is None or turn.state == "cancelled":
            raise Problem("reply_stopped")
        if as_json:
            print(json.dumps(as_data(self._talk, turn.finished), ensure_ascii=False, indent=2))
        return 0

    def converse(self) -> int:
        """Questions until Ctrl-D; Ctrl-C stops a reply, not the program."""
        from qwendesk.cli.line import Line

        line = Line(self._app.paths)
        model = self._talk.choice.model
        self._paper.aside(
            _("{model} in {runtime}. Ctrl-C stops a reply, Ctrl-D leaves.").format(
                model=model.title, runtime=self._talk.choice.runtime
            )
        )
        self._recall()
        self._talk.load()
        while (question := line.read()) is not None:
            if question.strip():
                self._tell_end(self._ask(question, silent=False))
        self._app.history.writer.flush()
        self._tell_kept()
        return 0

    def _recall(self) -> None:
        """Where a conversation that goes on stood: its last question and reply, a line of each."""
        conversation = self._talk.conversation
        if not conversation.turns:
            return
        self._paper.aside(_("Going on with “{title}”:").format(title=conversation.about.title))
        for turn in conversation.turns[-2:]:
            self._paper.aside(("> " if turn.role == "user" else "") + first_line(turn.answer))

    def _tell_kept(self) -> None:
        """What was heard since the last reply about keeping the conversation."""
        while not self._events.empty():
            self._hear_kept(self._events.get())

    def _hear_kept(self, event: object) -> None:
        if isinstance(event, HistoryNotSaved):
            self._paper.aside(_("The conversation is not saved: {why}").format(why=word(event.problem)))
        elif isinstance(event, HistorySaved):
            self._paper.aside(_("The conversation is saved now."))

    def _tell_end(self, turn: Turn) -> None:
        if turn.problem is not None:
            self._paper.aside(str(word(turn.problem)))
        elif turn.finished is not None:
            self._paper.aside(footer(turn.finished))
        else:
            self._paper.aside(_("Stopped."))

    def _ask(
        self,
        question: str,
        silent: bool,
        images: tuple[bytes, ...] = (),
        attachments: tuple[Attachment, ...] = (),
    ) -> Turn:
        turn = self._talk.send(question, self._settings, images, attachments)
        printed = _Printed(self._paper, silent)
        for change in self._changes(turn.id):
            turn = change.turn
            printed.show(change)
            if not turn.running:
                break
        printed.end(turn)
        return turn

    def _changes(self, turn: int) -> Iterator[TurnChanged]:
        while True:
            try:
                # Woken now and then, because a wait without an end cannot be interrupted on every system.
                event = self._events.get(timeout=_TICK)
            except queue.Empty:
                continue
            except KeyboardInterrupt:
                self._talk.stop()
                continue
            self._hear_kept(event)
            if isinstance(event, TurnChanged) and event.turn.id == turn:
                yield event
            elif isinstance(event, SessionChanged) and event.state.phase == "loading":
                self._paper.status(_("Loading {model} …").format(model=self._talk.choice.model.title))


class _Printed:
    """What of one reply is on the paper."""

    def __init__(self, paper: Paper, silent: bool) -> None:
        self._paper = paper
        self._silent = silent
        self._part = ""

    def show(self, change: TurnChanged) -> None:
        if self._silent:
            return
        match change.event:
            case PromptRead(processed, total, _):
                self._paper.status(f"{processed:,} / {total:,}")
            case Delta():
                self._text(change.event)
            case Resplit(_, answer):
                self._paper.aside(_("(What stands above was reasoning.)"))
                self._paper.answer(answer)

    def _text(self, delta: Delta) -> None:
        if not self._part:
            self._paper.status("")
        if self._part == "reasoning" and delta.part == "answer":
            self._paper.aside("\n")
        self._part = delta.part
        if delta.part == "answer":
            self._paper.answer(delta.text)
        else:
            self._paper.reasoning(delta.text)

    def end(self, turn: Turn) -> None:
        if self._silent:
            return
        if self._part == "answer":
            self._paper.answer("\n")
        finished: Finished | None = turn.finished
        for call in finished.tool_calls if finished else ():
            self._paper.answer(f"{call.name}({json.dumps(call.arguments, ensure_ascii=False)})\n")
        for note in finished.notes if finished else ():
            self._paper.aside(str(word(note)))
