"""A reply made again with what it was made with: file, runtime, load options, settings and seed."""

from __future__ import annotations

from PySide6.QtCore import QObject

from qwendesk.chat.settings import Record
from qwendesk.chat.talk import Choice
from qwendesk.chat.turn import Turn
from qwendesk.runtimes.session import Session
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.running import Running
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import Sentence

_TOPIC = "repeat"


class Repeating(QObject):
    """Loads what is needed first; what that changes stands in the Run dock."""

    def __init__(self, window: Window, conversing: Conversing, running: Running) -> None:
        super().__init__(window)
        self._window, self._conversing, self._running = window, conversing, running
        conversing.asked.connect(self._on_asked)

    def _on_asked(self, what: str, turn: Turn) -> None:
        record = turn.record
        if what != "repeat" or record is None:
            return
        self._window.notices.dismiss(_TOPIC)
        if not is_loaded(self._conversing.session, record):
            model = next((one for one in self._running.models if str(one.path) == record.model_path), None)
            if model is None:
                gone = _("The model that made this reply is not here any more: {path}")
                self._window.notices.show_line(_TOPIC, Sentence(gone.format(path=record.model_path)))
                return
            self._running.load_choice(Choice(model, record.runtime, record.asked))
        self._conversing.repeat(turn.id)


def is_loaded(session: Session | None, record: Record) -> bool:
    """Whether the next reply would be made with what this one was made with."""
    if session is None or session.state.over:
        return False
    recipe = session.recipe
    same_options = not record.asked or dict(recipe.options) == record.asked
    return str(recipe.model.path) == record.model_path and recipe.spec.id == record.runtime and same_options
