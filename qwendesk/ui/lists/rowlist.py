"""The list itself: Enter does a row's first deed, the menu key shows all, a button does its own."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QMenu

from qwendesk.ui.lists.cell import Cell, Deed
from qwendesk.ui.lists.painter import Painter
from qwendesk.ui.lists.rows import Rows

T = TypeVar("T")
_DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RowList(QListView, Generic[T]):
    """`done` with a deed's id and the row's thing; `picked` with the thing that is selected now, or None.

    Deeds: Enter or a double click does the first one, Delete the one that `delete` names.
    """

    done = Signal(str, object)
    picked = Signal(object)

    def __init__(
        self,
        name: str,
        key: Callable[[T], Hashable],
        worded: Callable[[T], Cell],
        lines: int,
        *,
        bar: bool = False,
        delete: str = "",
    ) -> None:
        super().__init__()
        self._delete = delete
        self._menu: QMenu | None = None
        self.rows: Rows[T] = Rows(key, worded)
        self.setModel(self.rows)
        self.painter = Painter(self, lines, bar=bar)
        self.setItemDelegate(self.painter)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(lambda now, _before: self._tell(now))

    def _tell(self, index: QModelIndex) -> None:
        self.picked.emit(self.rows.thing(index))

    @property
    def current(self) -> T | None:
        return self.rows.thing(self.currentIndex())

    def show_things(self, things: Sequence[T]) -> None:
        """Other rows; the selected one stays selected if it is still there."""
        key, at = self.rows.key(self.currentIndex()), self.verticalScrollBar().value()
        self.rows.show(things)
        if key is not None and not self.currentIndex().isValid():
            if (place := self.rows.place(key)) >= 0:
                self.setCurrentIndex(self.rows.index(place))
            self.verticalScrollBar().setValue(at)

    def mark(self, key: Hashable) -> None:
        """Select the row with this key."""
        if (place := self.rows.place(key)) >= 0:
            self.setCurrentIndex(self.rows.index(place))

    def deeds(self, index: QModelIndex) -> tuple[Deed, ...]:
        return self.rows.cell(index).deeds if index.isValid() else ()

    def do(self, id: str, index: QModelIndex | None = None) -> bool:
        """Do this with a row (the selected one), if it offers that."""
        index = self.currentIndex() if index is None else index
        if id not in {one.id for one in self.deeds(index)}:
            return False
        self.done.emit(id, self.rows.thing(index))
        return True

    def show_menu(self, index: QModelIndex, where: QPoint) -> None:
        """Everything that can be done with a row."""
        deeds = self.deeds(index)
        if not deeds:
            return
        self._menu = QMenu(self)
        self._menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for deed in deeds:
            self._menu.addAction(deed.title).triggered.connect(partial(self._do_later, deed.id, index))
        self._menu.popup(where)

    def _do_later(self, id: str, index: QModelIndex, _checked: bool = False) -> None:
        self.do(id, index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        deed = self._deed_at(index, event.position().toPoint())
        if deed is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.setCurrentIndex(index)
        if not self.do(deed.id, index):
            self.show_menu(index, event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self._deed_at(index, event.position().toPoint()) is None:
            self._do_first(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        deed = self._deed_at(index, event.position().toPoint())
        hovered = (index.row(), deed.id) if deed is not None else None
        if hovered != self.painter.hovered:
            self.painter.hovered = hovered
            self.viewport().update()

    def _deed_at(self, index: QModelIndex, point: QPoint) -> Deed | None:
        if not index.isValid():
            return None
        return self.painter.deed_at(self.visualRect(index), self.rows.cell(index), point)

    def _do_first(self, index: QModelIndex) -> None:
        if deeds := self.deeds(index):
            self.do(deeds[0].id, index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.painter.fit_to(self.viewport().width()):
            self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in _ENTER and index.isValid():
            self._do_first(index)
        elif not (event.key() in _DELETE and self._delete and self.do(self._delete, index)):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        where = self.visualRect(index).center() if by_key else event.pos()
        self.show_menu(index, self.viewport().mapToGlobal(where))
