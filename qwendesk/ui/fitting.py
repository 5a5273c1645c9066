"""The memory estimate in the window: live in the Run dock, and a question before what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.chat.talk import Choice
from qwendesk.models.memory.fit import Fit
from qwendesk.ui.background import Background, Task
from qwendesk.ui.dialogs.memory import memory_dialog
from qwendesk.ui.docks.memorycard import MemoryCard

Load = Callable[[Choice, Mapping[str, Any]], None]


class Fitting(QObject):
    """Asks on a thread of its own; of two questions only the later one is answered."""

    def __init__(self, app: App, background: Background, card: MemoryCard, window: QWidget) -> None:
        super().__init__(window)
        self._app, self._background, self._card, self._window = app, background, card, window
        self._asked: Choice | None = None
        self._telling: Task | None = None
        self._loading: Task | None = None

    def show(self, choice: Choice | None, freed: int) -> None:
        """Show in the card what this would take; `freed` bytes come back before it is loaded."""
        if choice == self._asked:
            return
        self._asked = choice
        if self._telling is not None:
            self._telling.cancel()
        if choice is None:
            self._card.show_fit(None)
            return
        self._telling = self._background.run(
            partial(self._told, choice, freed), lambda told: self._card.show_fit(*told), self._on_unknown
        )

    def _told(self, choice: Choice, freed: int) -> tuple[Fit, float | None]:
        return self._fit(choice, freed), self._app.forecast.error()

    def _fit(self, choice: Choice, freed: int) -> Fit:
        runtime = choice.runtime or self._app.runtimes.choose(choice.model, None).id
        return self._app.forecast.fit(choice.model, runtime, choice.options, freed)

    def _on_unknown(self, problem: Problem) -> None:
        self._card.show_fit(None)

    def before(self, choice: Choice, freed: int, load: Load) -> None:
        """Call `load` at once where it fits or where that is not known, else after a yes.

        It hears the choice, and the options that were changed so that it fits.
        """
        if self._loading is not None:
            self._loading.cancel()
        self._loading = self._background.run(
            partial(self._fit, choice, freed),
            partial(self._decide, choice, load),
            lambda _problem: load(choice, {}),
        )

    def _decide(self, choice: Choice, load: Load, fit: Fit) -> None:
        if fit.verdict != "too_big":
            load(choice, {})
            return
        memory_dialog(choice.model, fit, partial(load, choice), self._window).open()
