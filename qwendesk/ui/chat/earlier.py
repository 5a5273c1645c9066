"""On top of a long conversation: that there is more, and the way to see it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.buttons import button
from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.theme.tokens import SPACE
from qwendesk.words import ngettext

_HEIGHT = 32


class EarlierItem(Item):
    """`show` brings some of the `count` messages that are not shown yet."""

    above = SPACE

    def __init__(self, count: int, show: Callable[[], None]) -> None:
        super().__init__()
        self.count, self.show = count, show

    def estimate(self, width: int) -> int:
        return _HEIGHT

    def make(self, parent: QWidget) -> Block:
        return _EarlierBlock(parent, self)


class _EarlierBlock(Block):
    def __init__(self, parent: QWidget, item: EarlierItem) -> None:
        super().__init__(parent)
        words = ngettext("Show earlier messages ({n:,})", "Show earlier messages ({n:,})", item.count)
        self._button = button(self, words.format(n=item.count), "outline", item.show)

    def measure(self, width: int) -> int:
        size = self._button.sizeHint()
        self._button.setGeometry((width - size.width()) // 2, 0, size.width(), size.height())
        return max(_HEIGHT, size.height())

    def tab_stops(self) -> list[QWidget]:
        return [self._button]
