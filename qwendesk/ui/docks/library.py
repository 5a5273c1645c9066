"""The models on this computer: found by typing, used, verified, described, removed and brought back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QVBoxLayout, QWidget

from qwendesk.models.entry import LibraryEntry
from qwendesk.models.model import Model
from qwendesk.ui.docks.librarycell import Runtimes, library_cell
from qwendesk.ui.docks.modelcard import ModelCard
from qwendesk.ui.lists.rowlist import RowList
from qwendesk.ui.theme.tokens import ROOMY, SPACE
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import boxed, button, column, label, row
from qwendesk.ui.widgets.search import search_field
from qwendesk.words import _
from qwendesk.words.problems import Sentence

Order = Callable[[LibraryEntry], Any]


class LibraryView(QWidget):
    """`asked` with what to do ("talk", "verify" …) and the entry; `chosen` with a model to talk with."""

    asked = Signal(str, object)
    described = Signal(object, str, str)
    cancel_requested = Signal()
    file_opened = Signal(str)
    open_requested = Signal()
    folder_requested = Signal()
    adopt_requested = Signal()
    discover_requested = Signal()
    refresh_requested = Signal()

    def __init__(self, card: ModelCard) -> None:
        super().__init__()
        self.card = card
        self.setAcceptDrops(True)
        self._entries: list[LibraryEntry] = []
        self._runtimes: Runtimes = {}
        self.field = search_field(_("Find in the library"))
        self.field.textChanged.connect(self._show)
        self.order = QComboBox()
        self.order.setAccessibleName(_("Order"))
        calm(self.order)
        for title, key in _orders():
            self.order.addItem(title, key)
        self.order.currentIndexChanged.connect(self._show)
        self.list: RowList[LibraryEntry] = RowList(
            _("Models on this computer"),
            lambda entry: str(entry.model.path),
            lambda entry: library_cell(entry, self._runtimes),
            2,
            delete="remove",
        )
        self.list.done.connect(self.asked)
        self.list.picked.connect(self.card.show_entry)
        self.card.asked.connect(self.list.do)
        self.card.cancel_requested.connect(self.cancel_requested)
        self.card.described.connect(self._on_described)
        self.pages = Pages(boxed(column(self.list, self.card)))
        self.more = button(_("Discover models"), "", self.discover_requested.emit)
        only = label(_("Only Seedling is here, which is tiny."), "faint", wrap=True)
        self._hint = boxed(column(only, self.more))
        head = row(self.field, self.order)
        head.setStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, ROOMY)
        layout.setSpacing(SPACE)
        layout.addLayout(head)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self._hint)
        layout.addWidget(self._add_button())
        self.show_loading()

    def _add_button(self) -> QPushButton:
        tip = _("Used where they lie, never moved. A .gguf file can be dropped here, too.")
        made = button(_("Add models…"), tip=tip)
        menu = QMenu(made)
        for title, signal in (
            (_("A model file…"), self.open_requested),
            (_("A folder with models…"), self.folder_requested),
            (_("Models of other programs"), self.adopt_requested),
            (_("Look again"), self.refresh_requested),
        ):
            menu.addAction(title).triggered.connect(lambda _checked, signal=signal: signal.emit())
        made.setMenu(menu)
        return made

    @property
    def current(self) -> LibraryEntry | None:
        return self.list.current

    def show_loading(self) -> None:
        self.pages.show_loading(_("Looking for models…"))

    def show_error(self, sentence: Sentence) -> None:
        self.pages.show_error(sentence, self.refresh_requested.emit)

    def show_entries(self, entries: list[LibraryEntry]) -> None:
        self._entries = entries
        self.field.setPlaceholderText(_("Find in {n} models").format(n=len(entries)))
        self._hint.setVisible(bool(entries) and all(one.model.bundled for one in entries))
        self._show()

    def show_runtimes(self, runtimes: Runtimes) -> None:
        self._runtimes = runtimes
        self.list.rows.reword()

    def mark(self, current: Model | None) -> None:
        """Select the model in use."""
        if current is not None:
            self.list.mark(str(current.path))

    def _show(self) -> None:
        wanted = self.field.text().casefold().split()
        found = [one for one in self._entries if all(word in _words_of(one) for word in wanted)]
        self.list.show_things(sorted(found, key=self.order.currentData()))
        self.card.show_entry(self.current)
        if found:
            self.pages.show_full()
        elif self._entries:
            self.pages.show_empty(
                _("Nothing matches"), _("No model has all these words."), _("Show all"), self.field.clear
            )
        else:
            hint = _("Discover has models for every computer, and files that you have can be added.")
            self.pages.show_empty(
                _("No models here yet"), hint, _("Discover models"), self.discover_requested.emit
            )

    def _on_described(self, tags: str, notes: str) -> None:
        if self.current is not None:
            self.described.emit(self.current, tags, notes)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_gguf(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if path := dropped_gguf(event):
            event.acceptProposedAction()
            self.file_opened.emit(path)


def dropped_gguf(event: QDropEvent) -> str:
    """The first local .gguf file among what is dragged, or an empty text."""
    files = (url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile())
    return next((path for path in files if path.lower().endswith(".gguf")), "")


def _orders() -> tuple[tuple[str, Order], ...]:
    return (
        (_("Recent"), lambda one: (-(one.remark.used or 0), -(one.added or 0), one.model.title.lower())),
        (_("Name"), lambda one: one.model.title.lower()),
        (_("Size"), lambda one: -one.model.size_bytes),
    )


def _words_of(entry: LibraryEntry) -> str:
    model, remark = entry.model, entry.remark
    parts = (model.title, model.name, model.quantization, entry.origin, *remark.tags, remark.notes)
    return " ".join(parts).casefold()
