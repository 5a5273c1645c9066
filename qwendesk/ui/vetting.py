"""After an engine was updated: Seedling is tested with it in the background, and a failure is told."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from qwendesk.api.problem import Note, Problem
from qwendesk.app import App
from qwendesk.runtimes.lastgood import way_back
from qwendesk.runtimes.smoke import Tested
from qwendesk.ui.background import Background
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.widgets.notice import Notices
from qwendesk.ui.widgets.optionfields import said
from qwendesk.words import _
from qwendesk.words.problems import word

_AFTER_MS = 20_000
"""Long after the first paint and the first load; while a reply runs, it waits again."""


class Vetting(QObject):
    """Looks once."""

    def __init__(
        self, app: App, background: Background, conversing: Conversing, notices: Notices, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._smoke, self._background = app.smoke, background
        self._conversing, self._notices = conversing, notices
        self.looked = False
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Test what was updated, unless a reply runs or a model loads."""
        state = self._conversing.state
        if self._conversing.busy or (state is not None and state.phase in ("starting", "loading")):
            self._timer.start()
            return
        self._timer.stop()
        self._background.run(self._smoke.updated, self._on_tested, self._on_failed)

    def _on_tested(self, found: list[Tested]) -> None:
        self.looked = True
        for one in found:
            if one.problem is not None:
                self._tell(one, one.problem)

    def _tell(self, one: Tested, problem: Note) -> None:
        note = Note(
            "smoke_failed",
            {
                "runtime": said(one.state.spec.title),
                "version": one.state.probe.version,
                "before": one.before,
                "why": str(word(problem)),
            },
        )
        topic, sentence = f"smoke-{one.state.spec.id}", word(note)
        if command := way_back(one.worked):
            copy = partial(QGuiApplication.clipboard().setText, command)
            self._notices.show_line(topic, sentence, _("Copy “{command}”").format(command=command), copy)
        else:
            self._notices.show_line(topic, sentence)

    def _on_failed(self, problem: Problem) -> None:
        self.looked = True  # a database that cannot be used is told elsewhere
