"""Reasoning in full, once its fold is open: plain text in pieces, dim, a bar beside it."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPaintEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.chunks import piece_end
from qwendesk.ui.chat.item import Block, Item, estimated_text
from qwendesk.ui.chat.leaves import Span
from qwendesk.ui.chat.spanformat import span_format
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import SPACE, WIDE
from qwendesk.words import _


class Thoughts:
    """Reasoning as it comes, cut into pieces; `open` is the one that grows."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.open = ""

    def feed(self, text: str) -> None:
        self.open += text if self.done or self.open else text.lstrip("\n")
        start = 0
        while (end := piece_end(self.open, start)) is not None:
            self.done.append(self.open[start:end])
            start = end
        self.open = self.open[start:]

    def last_line(self) -> str:
        """What was thought last, on one line."""
        tail = (self.done[-1] if self.done and not self.open.strip() else self.open)[-600:]
        return next((line.strip() for line in reversed(tail.split("\n")) if line.strip()), "")

    def pieces(self) -> list[str]:
        return [*self.done, self.open] if self.open.strip() or not self.done else list(self.done)


class ThoughtItem(Item):
    def __init__(self, text: str, *, first: bool) -> None:
        super().__init__()
        self.text = text
        self.above = SPACE if first else 0

    def update(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.changed()

    def estimate(self, width: int) -> int:
        return estimated_text(len(self.text), self.text.count("\n") + 1, width - 2 * WIDE)

    def make(self, parent: QWidget) -> Block:
        return _ThoughtBlock(parent, self)


class _ThoughtBlock(Block):
    def __init__(self, parent: QWidget, item: ThoughtItem) -> None:
        super().__init__(parent)
        self._item = item
        self._shown = ""
        self._view = TextView(self)
        self._view.setAccessibleName(_("Reasoning"))
        block = QTextBlockFormat()
        block.setLineHeight(135, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        QTextCursor(self._view.document()).setBlockFormat(block)
        self.refresh()

    def refresh(self) -> None:
        text = self._item.text.removesuffix("\n")
        cursor = QTextCursor(self._view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not text.startswith(self._shown):
            cursor.select(QTextCursor.SelectionType.Document)
            self._shown = ""
        cursor.insertText(text[len(self._shown) :], span_format(Span(""), colour=colours().dim))
        self._shown = text

    def measure(self, width: int) -> int:
        height = self._view.height_at(width - 2 * WIDE)
        self._view.setGeometry(2 * WIDE - 4, 0, width - 2 * WIDE, height)
        return height

    def reader(self) -> QWidget | None:
        return self._view

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(WIDE - 1, 0, 2, self.height(), QColor(colours().line))
