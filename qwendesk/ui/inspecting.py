"""What was behind a reply, and what shall become of its calls and of a full context."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import QObject

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.chat.calls import Decision
from qwendesk.chat.events import CallWaits, SummingUp
from qwendesk.chat.turn import Turn
from qwendesk.ui.background import Background
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.dialogs.prompttext import PromptDialog
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import Sentence, word

_TOPIC = "summing up"


class Inspecting(QObject):
    """Listens to what is asked for at one turn."""

    def __init__(self, window: Window, app: App, background: Background, conversing: Conversing) -> None:
        super().__init__(window)
        self._window, self._background, self._conversing = window, background, conversing
        self._history = app.history
        conversing.asked.connect(self._on_asked)

    def on_event(self, event: object) -> None:
        """What happened, told by the bridge on this thread."""
        match event:
            case CallWaits():
                self._window.chat.show_call(event.turn, event.call)
            case SummingUp():
                self._on_summing_up(event)

    def _on_asked(self, what: str, turn: Turn) -> None:
        talk = self._conversing.talk
        if talk is None:
            return
        match what:
            case "prompt":
                self._background.run(
                    partial(self._history.prompt, turn.id), partial(self._show_prompt, turn), self._failed
                )
            case "call_run" | "call_always" | "call_refuse":
                talk.calls.decide(turn.id, cast(Decision, what.removeprefix("call_")))
            case "skip" | "sum_up":
                talk.make_room(turn.id, self._conversing.settings(), sum_up=what == "sum_up")

    def _show_prompt(self, turn: Turn, text: str | None) -> None:
        if text is None:
            self._window.notices.show_line("prompt", Sentence(_("The prompt of this reply was not kept.")))
            return
        PromptDialog(text, turn.record, self._window).open()

    def _on_summing_up(self, event: SummingUp) -> None:
        talk, notices = self._conversing.talk, self._window.notices
        if event.problem is not None:
            notices.show_line(_TOPIC, word(event.problem))
        elif event.done >= event.total:
            notices.dismiss(_TOPIC)
        elif talk is not None:
            told = _("The model sums up the oldest messages: part {n} of {all}…")
            sentence = Sentence(told.format(n=event.done + 1, all=event.total))
            notices.show_line(_TOPIC, sentence, _("Cancel"), talk.stop_summing_up)

    def _failed(self, problem: Problem) -> None:
        self._window.notices.show_line("prompt", word(problem.note()))
