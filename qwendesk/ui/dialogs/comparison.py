"""The Qwen family as a matrix: families with their models below them, to sort through and compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QScrollArea, QTreeView, QWidget

from qwendesk.models.comparison import Row
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.dialogs.matrix import COLUMNS, Matrix
from qwendesk.ui.theme.tokens import ROOMY, SPACE
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, column, framed, label
from qwendesk.ui.widgets.search import search_field
from qwendesk.words import _
from qwendesk.words.problems import Sentence

_SIZE = QSize(1120, 720)
_LINES = 5


class ComparisonDialog(Dialog):
    """`family_chosen` with the id of a family whose files shall be seen."""

    family_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(_("Compare the Qwen family"), parent, width=640)
        self.field = search_field(_("Filter the table"))
        self.field.setPlaceholderText(_("Filter, as in vision apache 9B"))
        self.matrix = Matrix()
        self.tree = _tree(self.matrix)
        self.told = label("", "dim", wrap=True, selectable=True)
        self.told.setAccessibleName(_("About the selected family"))
        self.pages = Pages(self.tree)
        self.go = button(_("Show its files"), "primary", self._on_go)
        self.body.addWidget(self.field)
        self.body.addWidget(self.pages, 1)
        self.body.addWidget(framed(column(_scrolled(self.told), margins=(ROOMY, SPACE, ROOMY, SPACE))))
        self.add_buttons(button(_("Close"), "", self.reject), self.go)
        self.field.textChanged.connect(self._on_words)
        self.tree.selectionModel().currentChanged.connect(lambda now, _before: self._tell(now))
        self.tree.doubleClicked.connect(lambda _index: self._on_go())
        self.pages.show_loading(_("Reading the catalogue…"))
        self._tell(QModelIndex())
        self.resize(_SIZE)
        self.field.setFocus()

    def show_rows(self, families: Sequence[tuple[Row, Sequence[Row]]]) -> None:
        """Families, each with its models."""
        self.matrix.show(families)
        self._on_words(self.field.text())

    def show_error(self, sentence: Sentence, again: Callable[[], None]) -> None:
        self.pages.show_error(sentence, again)

    def _on_words(self, words: str) -> None:
        self.matrix.keep(words)
        if self.matrix.rowCount():
            self.pages.show_full()
            self.tree.setCurrentIndex(self.matrix.index(0, 0))
            return
        self._tell(QModelIndex())
        self.pages.show_empty(_("Nothing matches"), _("Try fewer words."), _("Show all"), self.field.clear)

    def _tell(self, index: QModelIndex) -> None:
        row = self.matrix.row(index)
        self.go.setEnabled(row is not None and bool(row.gguf))
        self.told.setText(about(row) if row is not None else _("Choose a family to read about it."))

    def _on_go(self) -> None:
        row = self.matrix.row(self.tree.currentIndex())
        if row is not None and row.gguf:
            self.family_chosen.emit(row.family)
            self.accept()


def _scrolled(text: QLabel) -> QScrollArea:
    """As high as four lines: a longer text must not push the table about."""
    area = QScrollArea(widgetResizable=True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(text.accessibleName())
    text.setAlignment(Qt.AlignmentFlag.AlignTop)
    area.setWidget(text)
    area.setFixedHeight(_LINES * text.fontMetrics().lineSpacing() + SPACE)
    return area


def about(row: Row) -> str:
    """What the table has no room for."""
    lines = (
        (_("Strengths"), ". ".join(row.strengths)),
        (_("Weaknesses"), ". ".join(row.weaknesses)),
        (_("Best for"), "; ".join(row.best_for)),
        (_("Files"), ", ".join(row.gguf[:4]) or _("no GGUF files that the catalogue knows")),
    )
    return "\n".join(f"{title}: {text}" for title, text in lines if text)


def _tree(matrix: Matrix) -> QTreeView:
    made = QTreeView()
    made.setModel(matrix)
    made.setAccessibleName(_("The Qwen family"))
    made.setUniformRowHeights(True)
    made.setAllColumnsShowFocus(True)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setExpandsOnDoubleClick(False)
    made.setTextElideMode(Qt.TextElideMode.ElideRight)
    header = made.header()
    header.setStretchLastSection(True)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    for at, one in enumerate(COLUMNS):
        header.resizeSection(at, one.width)
    return made
