"""Engines in the window: installed, updated, chosen and removed elsewhere, shown in their dock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.runtimes.engines.events import EngineAdvanced, EnginesChanged
from qwendesk.runtimes.engines.overview import Engine
from qwendesk.runtimes.engines.place import Place
from qwendesk.runtimes.engines.plan import Plan
from qwendesk.runtimes.engines.service import FailedTest
from qwendesk.ui.background import Background
from qwendesk.ui.dialogs.equip import equip_dialog
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.docks.enginecell import EngineRow, UnderWay
from qwendesk.ui.docks.engines import EnginesView
from qwendesk.ui.docks.sight import Sight
from qwendesk.ui.widgets.optionfields import said
from qwendesk.ui.window import Window
from qwendesk.words import _, engines, figures
from qwendesk.words.problems import Sentence, word

_TOPIC = "engines"
_AFTER_MS = 1000
"""A dock that stands in front from the start waits until chats and library were read."""


class Equipping(QObject):
    """One installation at a time. What is read and done happens elsewhere; the dock shows it here."""

    def __init__(self, window: Window, app: App, background: Background, view: EnginesView) -> None:
        super().__init__(window)
        self._window, self._background, self._view = window, background, view
        self._engines = app.engines
        self._found: list[Engine] = []
        self._reading = self._again = False
        self._going: UnderWay | None = None
        self._stop = threading.Event()
        self.dialog: Dialog | None = None
        view.refresh_requested.connect(self.refresh)
        view.asked.connect(self._on_asked)
        self._sight = Sight(window.docks["engines"])
        self._sight.changed.connect(lambda on: self.refresh() if on else None)
        if self._sight.on:
            QTimer.singleShot(_AFTER_MS, self, self.refresh)

    @property
    def installing(self) -> bool:
        return self._going is not None

    def on_event(self, event: object) -> None:
        """What happened, told by the bridge on this thread."""
        if isinstance(event, EnginesChanged):
            self.refresh()
        elif isinstance(event, EngineAdvanced) and self._going is not None:
            self._going = UnderWay(self._going.runtime, self._going.offer, event)
            self._show()

    def show(self) -> None:
        self._window.docks["engines"].focus_body()

    def refresh(self) -> None:
        """Look again; another process may have installed one."""
        if self._reading:
            self._again = True
            return
        self._reading = True
        self._background.run(self._engines.engines, self._on_found, self._on_not_found)

    def _on_found(self, found: list[Engine]) -> None:
        self._reading, self._found = False, found
        self._show()
        if self._again:
            self._again = False
            self.refresh()

    def _on_not_found(self, problem: Problem) -> None:
        self._reading = False
        self._view.show_error(word(problem.note()))

    def _show(self) -> None:
        self._view.show_engines(self._found, self._going)

    def _on_asked(self, what: str, row: EngineRow) -> None:
        name = row.place.name if row.place is not None else ""
        match what:
            case "install":
                self._plan(row, row.offer)
            case "update" if row.place is not None:
                self._plan(row, row.place.variant)
            case "wheels":
                self._ask_for_wheels(row)
            case "cancel":
                self._stop.set()
            case "use":
                self._do(partial(self._engines.use, row.runtime, name), partial(self._on_used, row))
            case "remove":
                self._do(partial(self._engines.remove, row.runtime, name), partial(self._on_removed, row))

    def _ask_for_wheels(self, row: EngineRow) -> None:
        dialog = QFileDialog(self._window, _("Folder with the wheels of {engine}").format(engine=_title(row)))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self._plan(row, row.offer, Path(folder)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _plan(self, row: EngineRow, variant: str, wheels: Path | None = None) -> None:
        """Ask what it takes, then the person."""
        if self._going is not None:
            self._window.notices.show_line(_TOPIC, word(Problem("engines_busy").note()))
            return
        self._window.notices.dismiss(_TOPIC)
        self._stop.clear()
        self._going = UnderWay(row.runtime, variant, EngineAdvanced(row.runtime, "", "resolving"))
        self._show()
        ask = partial(self._engines.plan, row.runtime, variant, wheels=wheels, stopped=self._stop.is_set)
        self._background.run(ask, partial(self._on_planned, row), self._on_failed)

    def _on_planned(self, row: EngineRow, plan: Plan) -> None:
        if plan.there is not None:
            self._install(plan)
            return
        self.dialog = equip_dialog(said(row.engine.spec.title), plan, self._window)
        self.dialog.accepted.connect(partial(self._install, plan))
        self.dialog.rejected.connect(self._end)
        self.dialog.show()

    def _install(self, plan: Plan) -> None:
        install = partial(self._engines.install, plan, self._stop.is_set)
        self._background.run(install, partial(self._on_installed, plan), self._on_failed)

    def _on_installed(self, plan: Plan, place: Place) -> None:
        self._end()
        told = _("{runtime} {name} works and is used from now on. A loaded model goes on as it is.")
        name = said(plan.wish.spec.title)
        self._window.notices.show_line(_TOPIC, Sentence(told.format(runtime=name, name=place.name)))

    def _end(self) -> None:
        self.dialog, self._going = None, None
        self._show()
        self.refresh()

    def _on_failed(self, problem: Problem) -> None:
        self._end()
        if problem.id != "engine_cancelled":
            self._tell(problem)

    def _tell(self, problem: Problem) -> None:
        sentence = engines.failed(problem) if isinstance(problem, FailedTest) else word(problem.note())
        self._window.notices.show_line(_TOPIC, sentence, _("Show the engines"), self.show)

    def _do(self, act: Callable[[], object], done: Callable[[object], None]) -> None:
        self._window.notices.dismiss(_TOPIC)
        self._background.run(act, done, self._on_not_done)

    def _on_not_done(self, problem: Problem) -> None:
        self._tell(problem)
        self.refresh()

    def _on_used(self, row: EngineRow, _name: object) -> None:
        told = _("{engine} is used from now on. A loaded model goes on as it is.")
        self._window.notices.show_line(_TOPIC, Sentence(told.format(engine=_title(row))))

    def _on_removed(self, row: EngineRow, freed: object) -> None:
        told = _("{engine} is removed: {size} freed.")
        size = figures.size(freed) if isinstance(freed, int) else ""
        self._window.notices.show_line(_TOPIC, Sentence(told.format(engine=_title(row), size=size)))


def _title(row: EngineRow) -> str:
    engine = row.engine
    name = row.place.name if row.place is not None else engine.offered.get(row.offer, engine.own.version)
    return f"{said(engine.spec.title)} {name}"
