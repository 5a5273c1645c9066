"""What may help after a failure, as buttons: in the reply that failed, and in the notice about the model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from qwendesk.api.problem import Note, Problem
from qwendesk.app import App
from qwendesk.chat.talk import Choice, LoadRefused, TurnChanged
from qwendesk.chat.turn import Turn
from qwendesk.models.model import Model
from qwendesk.runtimes.remedies import Failure, Remedy
from qwendesk.runtimes.state import SessionChanged
from qwendesk.ui.background import Background
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.running import Running
from qwendesk.ui.widgets.optionfields import said
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import word
from qwendesk.words.remedies import label

MOST, IN_NOTICE = 5, 3
_TOPIC = "model"
Button = tuple[str, Callable[[], None]]


class Mending(QObject):
    """`verify_requested` with a model, `find_requested` for another file of one."""

    verify_requested = Signal(object)
    find_requested = Signal()

    def __init__(
        self, window: Window, app: App, background: Background, conversing: Conversing, running: Running
    ) -> None:
        super().__init__(window)
        self._window, self._app, self._background = window, app, background
        self._conversing, self._running = conversing, running

    def on_event(self, event: object) -> None:
        """What happened, told by the bridge on this thread, after the conversation has shown it."""
        match event:
            case TurnChanged() if event.turn.state == "failed" and event.turn.problem is not None:
                self._ask(event.turn.problem, partial(self._show_in_turn, event.turn))
            case LoadRefused():
                self._ask(event.problem, partial(self._show_in_notice, event.problem))
            case SessionChanged() if event.state.phase in ("failed", "dead") and self._is_mine(event.session):
                if event.state.problem is not None:
                    self._ask(event.state.problem, partial(self._show_in_notice, event.state.problem))

    def _is_mine(self, session: int) -> bool:
        mine = self._conversing.session
        return mine is not None and mine.id == session

    def _ask(self, problem: Note, show: Callable[[tuple[Button, ...]], None]) -> None:
        """Elsewhere: it reads headers and estimates."""
        talk = self._conversing.talk
        if talk is None:
            return
        choice = talk.choice
        failure = Failure(problem, choice.model, choice.runtime, choice.options)

        def shown(found: tuple[Remedy, ...]) -> None:
            buttons = tuple((label(one, self._title), partial(self._do, one, choice)) for one in found[:MOST])
            if buttons:
                show(buttons)

        self._background.run(partial(self._app.remedies.of, failure), shown, _ignored)

    def _title(self, runtime: str) -> str:
        return said(self._app.runtimes.spec(runtime).title) if runtime else ""

    def _show_in_turn(self, turn: Turn, buttons: tuple[Button, ...]) -> None:
        self._window.chat.show_remedies(turn.id, buttons)

    def _show_in_notice(self, problem: Note, buttons: tuple[Button, ...]) -> None:
        """Only where the notice is still about this."""
        sentence = word(problem)
        if self._window.notices.said(_TOPIC) == str(sentence):
            log = (_("Show the log"), self._window.docks["log"].focus_body)
            self._window.notices.show_line(_TOPIC, sentence, more=(*buttons[:IN_NOTICE], log))

    def _do(self, remedy: Remedy, failed: Choice) -> None:
        match remedy.id:
            case "again":
                self._conversing.restart()
            case "options":
                self._load(Choice(failed.model, failed.runtime, {**failed.options, **remedy.options}))
            case "good" | "runtime" | "smaller_file":
                model: Model = remedy.model or failed.model
                self._load(Choice(model, remedy.runtime or failed.runtime, remedy.options))
            case "verify":
                self.verify_requested.emit(remedy.model)
            case "models":
                self._running.show_switcher()
            case "find":
                self.find_requested.emit()
            case "engine" if remedy.note is not None:
                self._go_back(str(remedy.note.arguments["environment"]), remedy.runtime or "", failed)
            case "update" if remedy.note is not None:
                QGuiApplication.clipboard().setText(str(remedy.note.arguments["command"]))

    def _go_back(self, environment: str, runtime: str, failed: Choice) -> None:
        """Make that engine environment current, then load again."""
        use = partial(self._app.engines.use, runtime, environment)
        self._background.run(use, lambda _name: self._load(failed), self._running.failed)

    def _load(self, choice: Choice) -> None:
        """Load it, and ask the question again whose reply was lost."""
        self._running.load_choice(choice)
        self._conversing.restart()


def _ignored(problem: Problem) -> None:
    """What cannot be found out is not offered; what failed is told already."""
