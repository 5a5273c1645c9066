"""A horizontal line in a reply."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.leaves import Rule
from qwendesk.ui.chat.place import inset, paint_place
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import WIDE


class RuleItem(Item):
    above = WIDE

    def __init__(self, leaf: Rule) -> None:
        super().__init__()
        self.leaf = leaf

    def update(self, leaf: Rule) -> None:
        self.leaf = leaf
        self.changed()

    def estimate(self, width: int) -> int:
        return 1

    def make(self, parent: QWidget) -> Block:
        return _RuleBlock(parent, self)


class _RuleBlock(Block):
    def __init__(self, parent: QWidget, item: RuleItem) -> None:
        super().__init__(parent)
        self._item = item

    def refresh(self) -> None:
        self.update()

    def measure(self, width: int) -> int:
        return 1

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = inset(self._item.leaf.place)
        painter.fillRect(left, 0, self.width() - left, 1, QColor(colours().border_strong))
        paint_place(painter, self._item.leaf.place, self)
