"""Paragraphs, headings and list items of a reply."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QPainter, QPaintEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.item import Block, Item, estimated_text
from qwendesk.ui.chat.leaves import Prose, Span, Spans, plain
from qwendesk.ui.chat.place import inset, paint_place
from qwendesk.ui.chat.spanformat import LINE_HEIGHT, span_format
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import GAP, ROOMY, TIGHT
from qwendesk.words import _

_TRAIL = 6
"""Pixels that the line height leaves under the last line."""


class ProseItem(Item):
    """A leaf of text. `colour` names another step of text than the first."""

    def __init__(self, leaf: Prose, follow: Callable[[str], None]) -> None:
        super().__init__()
        self.leaf = leaf
        self.follow = follow
        self.above = _above(leaf)

    def update(self, leaf: Prose) -> None:
        self.leaf = leaf
        self.changed()

    def estimate(self, width: int) -> int:
        text = plain(self.leaf)
        return estimated_text(len(text), text.count("\n") + 1, width - inset(self.leaf.place))

    def make(self, parent: QWidget) -> Block:
        return _ProseBlock(parent, self)


def _above(leaf: Prose) -> int:
    if leaf.level:
        return GAP if leaf.level < 3 else ROOMY + TIGHT
    return TIGHT + 2 if leaf.place.indent else ROOMY


def write(cursor: QTextCursor, spans: Spans, level: int = 0, colour: str | None = None) -> None:
    """Insert spans at the cursor. "\\n" breaks the line and stays in the paragraph."""
    for span in spans:
        cursor.insertText(span.text.replace("\n", "\u2028"), span_format(span, level, colour))


class _ProseBlock(Block):
    def __init__(self, parent: QWidget, item: ProseItem) -> None:
        super().__init__(parent)
        self._item = item
        self._shown: Spans = ()
        self._view = TextView(self)
        self._view.setAccessibleName(_("Heading") if item.leaf.level else _("Reply"))
        self._view.link_activated.connect(item.follow)
        self.refresh()

    def refresh(self) -> None:
        leaf = self._item.leaf
        cursor = QTextCursor(self._view.document())
        added = _added(self._shown, leaf.spans)
        if self._shown and added is not None:
            cursor.movePosition(QTextCursor.MoveOperation.End)
            write(cursor, added, leaf.level)
        else:
            self._view.clear()
            block = QTextBlockFormat()
            height = 120 if leaf.level else LINE_HEIGHT
            block.setLineHeight(height, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            cursor.setBlockFormat(block)
            write(cursor, leaf.spans, leaf.level, colours().dim if leaf.place.quote else None)
        self._shown = leaf.spans

    def measure(self, width: int) -> int:
        left = inset(self._item.leaf.place)
        height = self._view.height_at(max(40, width - left))
        self._view.setGeometry(left, 0, max(40, width - left), height)
        return height - (0 if self._item.leaf.level else _TRAIL)

    def reader(self) -> QWidget | None:
        return self._view

    def paintEvent(self, event: QPaintEvent) -> None:
        place = self._item.leaf.place
        if place.marker or place.quote:
            paint_place(QPainter(self), place, self.height())


def _added(old: Spans, new: Spans) -> Spans | None:
    """What to append to turn the old text into the new; None where that will not do."""
    if not old:
        return new
    last = len(old) - 1
    if len(new) <= last or new[:last] != old[:last]:
        return None
    before, after = old[last], new[last]
    same_look = Span(before.text, after.bold, after.italic, after.strike, after.mono, after.link) == before
    if not same_look or not after.text.startswith(before.text):
        return None
    rest = after.text[len(before.text) :]
    grown = (Span(rest, after.bold, after.italic, after.strike, after.mono, after.link),) if rest else ()
    return grown + new[last + 1 :]
