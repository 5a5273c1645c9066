"""The details of the last reply: told when somebody looks, a group at a time."""

from __future__ import annotations

from PySide6.QtCore import QObject

from qwendesk.api.engine import LoadReport
from qwendesk.chat.conversation import Turn
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.docks.details import DetailsView
from qwendesk.ui.docks.sight import Sight
from qwendesk.ui.window import Window


class Detailing(QObject):
    """Makes nothing while the dock is behind another one."""

    def __init__(self, window: Window, conversing: Conversing, view: DetailsView) -> None:
        super().__init__(window)
        self._window, self._conversing, self._view = window, conversing, view
        self._turn: Turn | None = None
        self._report: LoadReport | None = None
        self._is_told = True
        self._sight = Sight(window.docks["details"])
        self._sight.changed.connect(lambda _on: self._look())
        conversing.turn_shown.connect(self._on_turn)

    def _on_turn(self, turn: Turn | None) -> None:
        self._turn, self._is_told = turn, False
        self._report = self._conversing.report  # another model may be loaded when somebody looks
        self._look()

    def _look(self) -> None:
        if self._is_told or not self._sight.on:
            return
        self._is_told = True
        self._window.slices.stop(self._view)
        if self._turn is None:
            self._view.clear()
        else:
            self._window.slices.begin(self._view, self._view.showing(self._turn, self._report))
