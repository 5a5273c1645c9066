"""The model behind the comparison: families on top, their models below, filtered by words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from qwendesk.api.words import N_
from qwendesk.models.comparison import Row
from qwendesk.ui.theme.style import colours
from qwendesk.words import _

Index = QModelIndex | QPersistentModelIndex
_TOP = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A title, what a row says there, and how wide it is at first."""

    title: str
    text: Callable[[Row], str]
    width: int


COLUMNS = (
    Column(N_("Model"), lambda row: row.name, 208),
    Column(N_("Size"), lambda row: ", ".join(row.sizes), 152),
    Column(N_("Context"), lambda row: row.context, 120),
    Column(N_("Best for"), lambda row: "; ".join(row.best_for[:1] or row.strengths[:1]), 256),
    Column(N_("Reads"), lambda row: ", ".join(row.inputs), 128),
    Column(N_("Thinking"), lambda row: row.thinking, 80),
    Column(N_("Licence"), lambda row: row.licence, 104),
    Column(N_("Kind"), lambda row: row.kind, 88),
    Column(N_("Released"), lambda row: row.released, 88),
)


class Matrix(QAbstractItemModel):
    """An index of a family has the internal id 0, one of a model the place of its family plus 1."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: Sequence[tuple[Row, Sequence[Row]]] = ()
        self._shown: list[tuple[Row, Sequence[Row]]] = []

    def show(self, families: Sequence[tuple[Row, Sequence[Row]]]) -> None:
        self._all = families
        self.keep("")

    def keep(self, words: str) -> None:
        """Only families that have every word, in themselves or in one of their models."""
        wanted = words.lower().split()
        self.beginResetModel()
        self._shown = [
            (family, models)
            for family, models in self._all
            if any(_has(row, wanted) for row in (family, *models))
        ]
        self.endResetModel()

    def row(self, index: Index) -> Row | None:
        if not index.isValid():
            return None
        if index.internalId() == _TOP:
            return self._shown[index.row()][0]
        return self._shown[index.internalId() - 1][1][index.row()]

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own signature
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _TOP)

    def parent(self, child: Index = QModelIndex()) -> Any:  # noqa: B008
        if not child.isValid() or child.internalId() == _TOP:
            return QModelIndex()
        return self.createIndex(child.internalId() - 1, 0, _TOP)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        if not parent.isValid():
            return len(self._shown)
        if parent.internalId() != _TOP or parent.column():
            return 0
        return len(self._shown[parent.row()][1])

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(COLUMNS[section].title)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return COLUMNS[index.column()].text(row) or "–"
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(colours().text if index.column() in (0, 1) else colours().dim)
        return None


def _has(row: Row, wanted: Sequence[str]) -> bool:
    texts = (*(one.text(row) for one in COLUMNS), *row.strengths, *row.best_for, *row.gguf)
    whole = " ".join(texts).lower()
    return all(one in whole for one in wanted)
