"""Models side by side: one question on top, a column for each contestant, their figures below."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from qwendesk.chat.comparing.lineup import LEAST, MOST
from qwendesk.models.model import Model
from qwendesk.ui.dialogs.askbar import AskBar
from qwendesk.ui.dialogs.contestantcolumn import ContestantColumn
from qwendesk.ui.dialogs.contestantform import ContestantForm
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.dialogs.scrolltogether import ScrollTogether
from qwendesk.ui.slices import TURN, Slices
from qwendesk.ui.theme import style
from qwendesk.ui.theme.tokens import ROOMY, SPACE
from qwendesk.ui.widgets.parts import button, label, row
from qwendesk.words import _

_SIZE, _TOLD = QSize(1200, 800), 208
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SideBySide(Dialog):
    """Columns by the id of their contestant. It stays when it is closed: the answers are there again."""

    add_requested = Signal()
    clear_requested = Signal()
    copy_requested = Signal()
    differences_requested = Signal()
    in_turn_toggled = Signal(bool)

    def __init__(self, parent: QWidget, slices: Slices | None = None) -> None:
        super().__init__(_("Compare models"), parent, width=640)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.columns: dict[int, ContestantColumn] = {}
        self._slices = slices
        self._models: Sequence[Model] = ()
        self._busy = False
        self.bar = AskBar()
        self.add = button(_("Add a column"), "", self.add_requested.emit)
        self.in_turn = QCheckBox(_("One after the other"))
        self.in_turn.setToolTip(_("Each has the computer to itself: slower in all, with truer figures."))
        self.together = QCheckBox(_("Scroll together"))
        self.told = label("", "small", wrap=True)
        # A width of its own: else its height is that of the narrowest column.
        self.told.setMinimumWidth(_TOLD)
        self.told.setAccessibleName(_("How they are asked"))
        self._row = QHBoxLayout()
        self._row.setSpacing(SPACE)
        self.over = button(_("Start over"), "flat", self.clear_requested.emit, _("Clear all columns."))
        self.copy = button(_("Copy as table"), "", self.copy_requested.emit)
        self.copy.setToolTip(_("Questions, answers and figures as a table in Markdown."))
        self.differ = button(_("Differences…"), "", self.differences_requested.emit)
        self.differ.setToolTip(_("What each says otherwise than the first one, marked."))
        self._scrolling = ScrollTogether(self)
        self._lay_out()
        self._connect()
        self.show_asked(False)
        self.resize(_SIZE)
        self.bar.field.setFocus()

    def _lay_out(self) -> None:
        options = row(self.add, self.in_turn, self.together, self.told, space=ROOMY)
        options.setStretch(3, 1)
        self.body.setSpacing(ROOMY)
        self.body.addWidget(self.bar)
        self.body.addLayout(options)
        self.body.addLayout(self._row, 1)
        self.add_buttons(self.over, self.differ, self.copy, button(_("Close"), "", self.reject))

    def _connect(self) -> None:
        self.together.setChecked(self._scrolling.on)
        self.together.toggled.connect(self._on_together)
        self.in_turn.toggled.connect(self.in_turn_toggled)
        style.changed.connect(self._retheme)

    def show_models(self, models: Sequence[Model]) -> None:
        """What can be loaded now."""
        self._models = models
        for column in self.columns.values():
            column.form.show_models(models, None)

    def making_column(self, model: Model | None) -> Generator[None, None, ContestantColumn]:
        """A column that is not shown yet, for a contestant that has no id yet; in parts."""
        form = ContestantForm(self._slices)
        yield TURN
        form.show_models(self._models, model)
        yield TURN
        return ContestantColumn(form)

    def add_column(self, id: int, column: ContestantColumn) -> None:
        """At the right of the others."""
        self.columns[id] = column
        self._row.addWidget(column, 1)
        self._scrolling.add(column.transcript.blocks)
        self._tell()

    def remove_column(self, id: int) -> None:
        column = self.columns.pop(id)
        self._scrolling.remove(column.transcript.blocks)
        self._row.removeWidget(column)
        column.hide()
        column.deleteLater()
        self._tell()

    def show_busy(self, busy: bool) -> None:
        """Whether anybody loads, answers or waits."""
        self._busy = busy
        self.bar.set_busy(busy)
        self._tell()

    def show_asked(self, asked: bool) -> None:
        """Whether there is anything to copy and to clear."""
        self.copy.setEnabled(asked)
        self.differ.setEnabled(asked)
        self.over.setEnabled(asked)

    def show_plan(self, words: str) -> None:
        """How the question is asked, and why so."""
        self.told.setText(words)

    def _tell(self) -> None:
        can_remove = len(self.columns) > LEAST
        for place, column in enumerate(self.columns.values(), 1):
            column.show_title(_("Column {n}").format(n=place), can_remove=can_remove)
        self.add.setEnabled(len(self.columns) < MOST and not self._busy)
        self.add.setToolTip(_("Up to {n} columns").format(n=MOST))

    def _on_together(self, on: bool) -> None:
        self._scrolling.on = on

    def _retheme(self) -> None:
        for column in self.columns.values():
            column.transcript.blocks.rebuild()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field of a form presses no button from afar; Esc stops before it closes."""
        if event.key() in _ENTER:
            return
        if event.key() == Qt.Key.Key_Escape and self._busy:
            self.bar.stop_requested.emit()
            return
        super().keyPressEvent(event)
