"""A message of the user's: plain text on a rounded ground, folded if very long, in pieces when open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.buttons import button
from qwendesk.ui.chat.chunks import pieces
from qwendesk.ui.chat.item import Block, Item, estimated_text
from qwendesk.ui.chat.leaves import Span
from qwendesk.ui.chat.spanformat import span_format
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import BUBBLE_RADIUS, GAP, ROOMY, SPACE, WIDE
from qwendesk.words import _, ngettext

MOST_LINES, MOST_TEXT = 24, 2400
FOLDED_LINES, FOLDED_TEXT = 12, 1200
_TRAIL = 4
_SHARE = 0.8
"""Of the column's width."""


def question_items(text: str, show_all: Callable[[], None], *, whole: bool = False) -> list[Item]:
    """The items of one message: one, or many pieces once a very long one was opened."""
    lines = text.count("\n") + 1
    if lines > MOST_LINES or len(text) > MOST_TEXT:
        if not whole:
            head = "\n".join(text[:FOLDED_TEXT].split("\n")[:FOLDED_LINES]).rstrip() + " …"
            return [BubbleItem(head, more=lines, show_all=show_all)]
        parts = pieces(text)
        last = len(parts) - 1
        return [
            BubbleItem(
                part.removesuffix("\n") if at < last else part, first=at == 0, last=at == last, long=True
            )
            for at, part in enumerate(parts)
        ]
    return [BubbleItem(text)]


class BubbleItem(Item):
    """`more` is the number of lines of a folded message."""

    def __init__(
        self,
        text: str,
        *,
        first: bool = True,
        last: bool = True,
        long: bool = False,
        more: int = 0,
        show_all: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.text = text
        self.first, self.last, self.long, self.more = first, last, long or more > 0, more
        self.show_all = show_all
        self.above = GAP if first else 0

    def estimate(self, width: int) -> int:
        lines = self.text.count("\n") + 1
        return estimated_text(len(self.text), lines, int(width * _SHARE) - 2 * WIDE) + 2 * ROOMY

    def make(self, parent: QWidget) -> Block:
        return _Bubble(parent, self)


class _Bubble(Block):
    def __init__(self, parent: QWidget, item: BubbleItem) -> None:
        super().__init__(parent)
        self._item = item
        self._left = 0
        self._view = TextView(self)
        self._view.setAccessibleName(_("You"))
        cursor = QTextCursor(self._view.document())
        block = QTextBlockFormat()
        block.setLineHeight(130, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.setBlockFormat(block)
        cursor.insertText(item.text, span_format(Span("")))
        self._more = None
        if item.more and item.show_all:
            words = ngettext("Show all ({n:,} line)", "Show all ({n:,} lines)", item.more).format(n=item.more)
            self._more = button(self, words, "quiet", item.show_all)

    def measure(self, width: int) -> int:
        most = int(width * _SHARE) - 2 * WIDE
        ideal = most
        if not self._item.long:
            # Not by a text width of -1: the view sets its own width at once, 100 px while it is new.
            self._view.height_at(most)
            ideal = min(most, int(self._view.document().idealWidth() + 1.999))
        height = self._view.height_at(ideal)
        self._left = width - ideal - 2 * WIDE
        top = ROOMY if self._item.first else 0
        self._view.setGeometry(self._left + WIDE, top, ideal, height)
        bottom = top + height
        if self._more:
            size = self._more.sizeHint()
            self._more.setGeometry(self._left + SPACE, bottom + SPACE, size.width(), size.height())
            bottom += SPACE + size.height()
        trail = 0 if self._more else _TRAIL
        return bottom + (ROOMY - trail if self._item.last else 0)

    def tab_stops(self) -> list[QWidget]:
        return [self._more] if self._more else []

    def reader(self) -> QWidget | None:
        return self._view

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().soft))
        reach = 2 * BUBBLE_RADIUS
        top = 0 if self._item.first else -reach
        bottom = self.height() + (0 if self._item.last else reach)
        path = QPainterPath()
        ground = QRectF(self._left, top, self.width() - self._left, bottom - top)
        path.addRoundedRect(ground, BUBBLE_RADIUS, BUBBLE_RADIUS)
        painter.drawPath(path)
