"""The window's side of the library: listed, verified, described, removed, brought back, added."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.models.entry import LibraryEntry
from qwendesk.models.events import LibraryChanged, ModelAdopted, ModelDescribed, ModelRemoved, ModelRestored
from qwendesk.models.trash import Removed
from qwendesk.runtimes.state import SessionChanged
from qwendesk.ui.background import Background
from qwendesk.ui.docks.library import LibraryView
from qwendesk.ui.docks.librarycell import Runtimes
from qwendesk.ui.verification import Verification
from qwendesk.ui.widgets.optionfields import said
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import Sentence, word

_AFTER_MS = 100
_LISTED = (LibraryChanged, ModelAdopted, ModelDescribed, ModelRemoved, ModelRestored)


class Curating(QObject):
    """`listed` with the entries, each time they are read; `talk_requested` and `removing` with a model."""

    listed = Signal(object)
    unlisted = Signal(object)
    talk_requested = Signal(object)
    removing = Signal(object)

    def __init__(self, window: Window, app: App, background: Background, view: LibraryView) -> None:
        super().__init__(window)
        self._window, self._app, self._background, self._view = window, app, background, view
        self._reading = self._stale = False
        self._session: object = None
        self.verification = Verification(app.keeping, background, view.card, window.notices, self)
        self.verification.over.connect(self.refresh)
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(self.refresh)
        view.asked.connect(self._on_asked)
        view.described.connect(self._on_described)
        view.cancel_requested.connect(self.verification.cancel)
        view.folder_requested.connect(self.ask_for_folder)
        view.refresh_requested.connect(self.refresh)

    def on_event(self, event: object) -> None:
        """What happened, told by the bridge on this thread."""
        if isinstance(event, _LISTED):
            self._soon.start()
        elif isinstance(event, SessionChanged) and event.session != self._session:
            self._session = event.session  # a load is a use
            self._soon.start()

    def refresh(self) -> None:
        """Read the library again; while that goes on, once more afterwards."""
        if self._reading:
            self._stale = True
            return
        self._reading = True
        self._background.run(self._look, self._on_entries, self._on_no_entries)

    def _look(self) -> list[LibraryEntry]:
        return self._app.library.entries()

    def _on_entries(self, entries: list[LibraryEntry]) -> None:
        self._view.show_entries(entries)
        self.listed.emit(entries)
        formats = tuple({one.model.format for one in entries})
        self._background.run(
            partial(self._runtimes, formats), self._view.show_runtimes, lambda _problem: None
        )
        self._read()

    def _runtimes(self, formats: tuple[str, ...]) -> Runtimes:
        fitting = self._app.runtimes.fitting
        return {
            one: tuple(said(state.spec.title) for state in fitting(one) if state.probe.available)
            for one in formats
        }

    def _on_no_entries(self, problem: Problem) -> None:
        self._view.show_error(word(problem.note()))
        self.unlisted.emit(problem)
        self._read()

    def _read(self) -> None:
        self._reading = False
        if self._stale:
            self._stale = False
            self.refresh()

    def _on_asked(self, what: str, entry: LibraryEntry) -> None:
        match what:
            case "talk":
                self.talk_requested.emit(entry.model)
            case "verify":
                self.verification.begin(entry.model)
            case "remove":
                self.remove(entry)
            case "folder":
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry.model.path.parent)))

    def remove(self, entry: LibraryEntry) -> None:
        """To the trash of its drive, with a way back."""
        self.removing.emit(entry.model)
        self._background.run(
            partial(self._app.keeping.remove, entry.model), partial(self._on_removed, entry), self.failed
        )

    def _on_removed(self, entry: LibraryEntry, removed: Removed | None) -> None:
        gone = (
            _("{model} was removed.") if removed is not None else _("{model} is forgotten; its file stays.")
        )
        sentence = Sentence(gone.format(model=entry.model.title))
        undo = partial(self._undo, entry, removed)
        self._window.notices.show_line("removed", sentence, _("Undo"), undo)
        self._soon.start()

    def _undo(self, entry: LibraryEntry, removed: Removed | None) -> None:
        self._window.notices.dismiss("removed")
        model, keeping = entry.model, self._app.keeping

        def bring_back() -> object:
            if removed is not None:
                return keeping.restore(removed.number)
            return keeping.adopt(model.path, model.name, entry.origin, entry.repo)

        self._background.run(bring_back, lambda _: self._soon.start(), self.failed)

    def _on_described(self, entry: LibraryEntry, tags: str, notes: str) -> None:
        self._background.run(
            partial(self._app.keeping.describe, entry.model, tags.split(","), notes),
            lambda _: None,
            self.failed,
        )

    def ask_for_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self._window, _("Folder with models"))
        if path:
            self.add_folder(path)

    def add_folder(self, path: str) -> None:
        """Look for models below this folder from now on, too; they are used where they lie."""
        settings = self._app.settings

        def keep() -> None:
            roots = settings.words("library.roots")
            settings.set("library.roots", list(dict.fromkeys([*roots, str(Path(path).absolute())])))

        self._background.run(keep, lambda _: self.refresh(), self.failed)

    def failed(self, problem: Problem) -> None:
        self._window.notices.show_line("library", word(problem.note()))
