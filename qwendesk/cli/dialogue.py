"""A talk in the terminal: streaming, Ctrl-C for the reply, figures at the end."""

from __future__ import annotations

import json
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from qwendesk.api.engine import LoadReport
from qwendesk.api.problem import Note, Problem
from qwendesk.app import App
from qwendesk.chat.conversation import Turn, first_line
from qwendesk.chat.talk import Settings, SummingUp, Talk, TurnAdded, TurnChanged
from qwendesk.chat.turn import Attachment
from qwendesk.chat.writer import HistoryNotSaved, HistorySaved
from qwendesk.cli.command import exit_code
from qwendesk.cli.interrupt import on_interrupt
from qwendesk.cli.printed import Printed
from qwendesk.cli.result import as_data, footer, why_not
from qwendesk.cli.terminal import Paper, harmless
from qwendesk.runtimes.remedies import Failure
from qwendesk.runtimes.state import SessionChanged
from qwendesk.words import _
from qwendesk.words.problems import word
from qwendesk.words.remedies import advice

_TICK = 0.2
_REPEATED = ("repeated_same", "repeated_differs")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was decided beforehand: whether calls run without a question, and what makes room ("skip")."""

    allow_tools: bool = False
    make_room: str | None = None


class Dialogue:
    """One talk, printed."""

    def __init__(
        self,
        app: App,
        talk: Talk,
        settings: Settings,
        asked: Asked | None = None,
        paper: Paper | None = None,
    ) -> None:
        self._app = app
        self._asked = asked or Asked()
        self._talk = talk
        self._settings = settings
        self._paper = paper or Paper()
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._report: LoadReport | None = None
        self._interrupted = False
        app.bus.subscribe(self._events.put)

    def answer_once(
        self,
        question: str,
        as_json: bool,
        images: tuple[bytes, ...] = (),
        attachments: tuple[Attachment, ...] = (),
        audios: tuple[bytes, ...] = (),
    ) -> int:
        """Ask one question; the exit code. Why there is no answer is said, with what may help.

        Raises:
            Problem: `reply_stopped`.
        """
        with on_interrupt(self._interrupt):
            turn = self._ask(question, as_json, images, attachments, audios)
        self._app.history.writer.flush()
        self._tell_kept()
        if turn.problem is not None:
            self._paper.plain(why_not(turn.problem))
            self._tell_remedies(turn.problem)
            return exit_code(turn.problem.id)
        if turn.finished is None or turn.state == "cancelled":
            raise Problem("reply_stopped")
        if as_json:
            print(json.dumps(as_data(self._talk, turn.finished), ensure_ascii=False, indent=2))
        elif self._paper.watched:
            self._paper.aside(footer(turn.finished))
        return 0

    def repeat(self, id: int) -> int:
        """Make a reply again and say whether it is the same; 1 where it is not.

        Raises:
            Problem: `nothing_to_repeat`, or what the reply failed with.
        """
        again = self._talk.repeat(id)
        if again is None:
            raise Problem("nothing_to_repeat")
        with on_interrupt(self._interrupt):
            turn = self._follow(again, silent=False)
        if turn.problem is not None or turn.finished is None or turn.state == "cancelled":
            raise Problem.of(turn.problem) if turn.problem is not None else Problem("reply_stopped")
        for change in self._changes(turn.id):
            told = [
                one
                for one in (change.turn.finished.notes if change.turn.finished else ())
                if one.id in _REPEATED
            ]
            if told:
                self._paper.aside(str(word(told[0])))
                return int(told[0].id != _REPEATED[0])
        raise AssertionError("the comparison is always told")

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
        with on_interrupt(self._interrupt):
            while (question := line.read()) is not None:
                if question.strip():
                    self._reply_to(question)
        self._app.history.writer.flush()
        self._tell_kept()
        return 0

    def _reply_to(self, question: str) -> None:
        try:
            self._tell_end(self._ask(question, silent=False))
        except Problem as problem:
            self._paper.aside(str(word(problem.note())))

    def _interrupt(self, *_signal: object) -> None:
        """Ctrl-C. On another thread, because what is interrupted here may be in the middle of a change."""
        self._interrupted = True
        threading.Thread(target=self._talk.stop, daemon=True, name="stop").start()

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
            self._paper.aside(why_not(turn.problem))
            self._tell_remedies(turn.problem)
        elif turn.finished is not None:
            self._paper.aside(footer(turn.finished))
        else:
            self._paper.aside(_("Stopped."))

    def _tell_remedies(self, problem: Note) -> None:
        """What may help, as flags and commands."""
        choice = self._talk.choice
        failure = Failure(problem, choice.model, choice.runtime, choice.options)
        if said := advice(self._app.remedies.of(failure)):
            self._paper.aside(_("This may help:"))
            for line in said:
                self._paper.aside(f"  {line}")

    def _ask(
        self,
        question: str,
        silent: bool,
        images: tuple[bytes, ...] = (),
        attachments: tuple[Attachment, ...] = (),
        audios: tuple[bytes, ...] = (),
    ) -> Turn:
        self._interrupted = False
        turn = self._follow(self._talk.send(question, self._settings, images, attachments, audios), silent)
        if turn.problem is not None and turn.problem.id == "prompt_too_long" and self._asked.make_room:
            self._talk.make_room(turn.id, self._settings, sum_up=self._asked.make_room == "sum-up")
            turn = self._follow(self._next_reply(turn), silent)
        while turn.finished is not None and self._talk.calls.waiting(turn.id) is not None:
            self._decide(turn)
            if self._talk.calls.waiting(turn.id) is None:
                turn = self._follow(self._next_reply(turn), silent)
        return turn

    def _follow(self, turn: Turn, silent: bool) -> Turn:
        """Print a reply until it is over."""
        printed = Printed(self._paper, silent)
        for change in self._changes(turn.id, silent):
            turn = change.turn
            printed.show(change)
            if not turn.running:
                break
        printed.end(turn)
        return turn

    def _decide(self, turn: Turn) -> None:
        """Ask about the call that waits: outside of a terminal the answer is no, unless all are allowed."""
        call = self._talk.calls.waiting(turn.id)
        if call is None:
            return
        words = f"{call.name}({json.dumps(call.arguments, ensure_ascii=False)})"
        if self._asked.allow_tools:
            self._paper.aside(_("Running {call}").format(call=harmless(words)))
            self._talk.calls.decide(turn.id, "run")
            return
        may_ask = sys.stdin.isatty() and sys.stderr.isatty()
        told = _("Run {call}?").format(call=harmless(words))
        yes = may_ask and self._confirmed(turn, told)
        if not may_ask:
            self._paper.aside(_("Not run without --allow-tools: {call}").format(call=harmless(words)))
        self._talk.calls.decide(turn.id, "run" if yes else "refuse")

    def _confirmed(self, turn: Turn, question: str) -> bool:
        """Ask; Ctrl-C and Ctrl-D stop the reply. Raises Problem `reply_stopped`."""
        try:
            with on_interrupt(signal.default_int_handler):
                return click.confirm(question, err=True)
        except click.Abort:
            self._talk.calls.drop(turn.id)
            raise Problem("reply_stopped") from None

    def _next_reply(self, turn: Turn) -> Turn:
        """The reply that comes next by itself. Raises the Problem that prevented it."""
        while not self._interrupted:
            try:
                event = self._events.get(timeout=_TICK)
            except queue.Empty:
                continue
            self._hear_kept(event)
            match event:
                case TurnAdded() if event.turn.role == "assistant":
                    return event.turn
                case TurnAdded() if event.turn.role == "tool":
                    self._paper.aside(f"{event.turn.name}: {first_line(event.turn.answer)}")
                case SummingUp(problem=Note() as problem):
                    raise Problem.of(problem)
                case SummingUp():
                    self._paper.status(_("Summing up: {n} / {all}").format(n=event.done, all=event.total))
        self._talk.stop_summing_up()
        self._talk.calls.drop(turn.id)
        self._talk.stop()
        raise Problem("reply_stopped")

    def _changes(self, turn: int, silent: bool = False) -> Iterator[TurnChanged]:
        while True:
            try:
                # Woken now and then, because a wait without an end cannot be interrupted on every system.
                event = self._events.get(timeout=_TICK)
            except queue.Empty:
                continue
            self._hear_kept(event)
            if isinstance(event, TurnChanged) and event.turn.id == turn:
                yield event
            elif isinstance(event, SessionChanged) and event.state.phase == "loading":
                self._paper.status(_("Loading {model} …").format(model=self._talk.choice.model.title))
            elif isinstance(event, SessionChanged) and not silent:
                self._tell_report(event.state.report)

    def _tell_report(self, report: LoadReport | None) -> None:
        """What of the wishes did not hold when the model was loaded, once."""
        if report is None or report is self._report:
            return
        self._report = report
        self._paper.status("")
        for note in report.notes:
            self._paper.aside(str(word(note)))
