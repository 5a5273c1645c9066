"""A formula on lines of its own, in the middle of the column; a wide one scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.formulas import formulas
from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.leaves import Maths, Span
from qwendesk.ui.chat.place import inset, paint_place
from qwendesk.ui.chat.spanformat import span_format
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.chat.writing import write_formula
from qwendesk.ui.theme.tokens import ROOMY

_LINE = 24


class MathsItem(Item):
    """`settle` is called once the formula is drawn, which changes its height."""

    above = ROOMY

    def __init__(self, leaf: Maths, settle: Callable[[], None]) -> None:
        super().__init__()
        self.leaf = leaf
        self.settle = settle

    def update(self, leaf: Maths) -> None:
        self.leaf = leaf
        self.changed()

    def drawn(self) -> None:
        """The drawing is there, or it is known that there will be none."""
        self.changed()
        self.settle()

    def estimate(self, width: int) -> int:
        return _LINE * (1 + self.leaf.source.count("\\\\") + self.leaf.source.count("\\frac") // 2)

    def make(self, parent: QWidget) -> Block:
        return _MathsBlock(parent, self)


class _MathsBlock(Block):
    def __init__(self, parent: QWidget, item: MathsItem) -> None:
        super().__init__(parent)
        self._item = item
        self._view = TextView(self, wraps=False)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.refresh()

    def refresh(self) -> None:
        span = Span(self._item.leaf.source, maths=True)
        self._view.setAccessibleName(span.text)
        self._view.empty()
        cursor = QTextCursor(self._view.document())
        missing = write_formula(self._view, cursor, span, span_format(span))
        if missing:
            formulas().when(self, {missing}, self._item.drawn)

    def measure(self, width: int) -> int:
        left = inset(self._item.leaf.place)
        room = max(40, width - left)
        height = self._view.height_at(room)
        wide = min(room, int(self._view.document().idealWidth() + 1.999))
        self._view.setGeometry(left + (room - wide) // 2, 0, wide, height)
        return height

    def reader(self) -> QWidget | None:
        return self._view

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_place(QPainter(self), self._item.leaf.place, self)
