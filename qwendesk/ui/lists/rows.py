"""Any number of things as rows: a row's words are made when it is looked at, not before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from qwendesk.ui.lists.cell import Cell

T = TypeVar("T")
CELL = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class Rows(QAbstractListModel, Generic[T]):
    """Things told apart by a key; `worded` makes the cell of one."""

    def __init__(self, key: Callable[[T], Hashable], worded: Callable[[T], Cell]) -> None:
        super().__init__()
        self._key, self._worded = key, worded
        self._things: list[T] = []
        self._cells: dict[Hashable, Cell] = {}

    @property
    def things(self) -> Sequence[T]:
        return self._things

    def show(self, things: Sequence[T]) -> None:
        """Show these. Where they are the same in the same order, only what changed is drawn anew."""
        things = list(things)
        if [self._key(one) for one in things] == [self._key(one) for one in self._things]:
            for place, thing in enumerate(things):
                self._replace(place, thing)
            return
        self.beginResetModel()
        self._things = things
        self._cells.clear()
        self.endResetModel()

    def change(self, thing: T) -> bool:
        """Another state of a thing that is shown; whether it is."""
        key = self._key(thing)
        place = next((at for at, one in enumerate(self._things) if self._key(one) == key), None)
        if place is not None:
            self._replace(place, thing)
        return place is not None

    def reword(self) -> None:
        """What the words depend on has changed."""
        self._cells.clear()
        if self._things:
            self.dataChanged.emit(self.index(0), self.index(len(self._things) - 1))

    def _replace(self, place: int, thing: T) -> None:
        if self._things[place] != thing:
            self._things[place] = thing
            self._cells.pop(self._key(thing), None)
            self.dataChanged.emit(self.index(place), self.index(place))

    def thing(self, index: Index) -> T | None:
        return self._things[index.row()] if 0 <= index.row() < len(self._things) else None

    def place(self, key: Hashable) -> int:
        """The row of the thing with this key, or -1."""
        return next((at for at, one in enumerate(self._things) if self._key(one) == key), -1)

    def key(self, index: Index) -> Hashable:
        thing = self.thing(index)
        return self._key(thing) if thing is not None else None

    def cell(self, index: Index) -> Cell:
        thing = self._things[index.row()]
        key = self._key(thing)
        if key not in self._cells:
            self._cells[key] = self._worded(thing)
        return self._cells[key]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._things)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._things):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index).title
        if role == CELL:
            return self.cell(index)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.cell(index).spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            cell = self.cell(index)
            return cell.tip or (str(cell.mark) if cell.mark is not None else None)
        return None
