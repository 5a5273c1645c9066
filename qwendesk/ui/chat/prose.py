"""Paragraphs, headings and list items of a reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.direction import right_to_left
from qwendesk.ui.chat.formulas import formulas
from qwendesk.ui.chat.item import Block, Item, estimated_text
from qwendesk.ui.chat.latex import Formula
from qwendesk.ui.chat.leaves import Prose, Spans, plain
from qwendesk.ui.chat.place import inset, marked, paint_place
from qwendesk.ui.chat.spanformat import CLOSE, DISTANCE
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.chat.writing import write
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import GAP, ROOMY, TIGHT
from qwendesk.words import _

_TRAIL = 5
"""Pixels that the line height leaves under the last line."""


class ProseItem(Item):
    """A leaf of text. `settle` is called once its formulas are drawn, which changes its height."""

    def __init__(
        self, leaf: Prose, follow: Callable[[str], None], settle: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self.leaf = leaf
        self.follow = follow
        self.settle = settle
        self.above = _above(leaf)

    def update(self, leaf: Prose) -> None:
        self.leaf = leaf
        self.changed()

    def drawn(self) -> None:
        """Its formulas are there."""
        self.changed()
        if self.settle is not None:
            self.settle()

    def estimate(self, width: int) -> int:
        text = plain(self.leaf)
        return estimated_text(len(text), text.count("\n") + 1, width - inset(self.leaf.place))

    def make(self, parent: QWidget) -> Block:
        return _ProseBlock(parent, self)


def _above(leaf: Prose) -> int:
    if leaf.level:
        return GAP if leaf.level < 3 else ROOMY + TIGHT
    return TIGHT + 2 if leaf.place.indent else ROOMY


class _ProseBlock(Block):
    def __init__(self, parent: QWidget, item: ProseItem) -> None:
        super().__init__(parent)
        self._item = item
        self._shown: Spans = ()
        self._mirrored = False
        self._view = TextView(self)
        self._view.link_activated.connect(item.follow)
        self.refresh()

    def refresh(self) -> None:
        leaf = self._item.leaf
        added = _added(self._shown, leaf.spans)
        if self._shown and added is not None:
            cursor = QTextCursor(self._view.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            missing = write(self._view, cursor, added, leaf.level)
        else:
            missing = self._write_anew(leaf)
        self._shown = leaf.spans
        self._name(leaf)
        if missing:
            self._shown = ()  # what stands there as source is written anew
            formulas().when(self, missing, self._item.drawn)

    def _write_anew(self, leaf: Prose) -> set[Formula]:
        self._view.empty()
        self._mirrored = right_to_left(leaf.spans)
        cursor = QTextCursor(self._view.document())
        cursor.setBlockFormat(_paragraph(leaf, self._mirrored))
        return write(self._view, cursor, leaf.spans, leaf.level, colours().dim if leaf.place.quote else None)

    def _name(self, leaf: Prose) -> None:
        """A formula is a picture to a screen reader: its source is read."""
        name = _("Heading") if leaf.level else _("Reply")
        if any(span.maths for span in leaf.spans):
            name = plain(leaf)
        self._view.setAccessibleName(marked(leaf.place, name))

    def measure(self, width: int) -> int:
        beside = inset(self._item.leaf.place)
        room = max(40, width - beside)
        height = self._view.height_at(room)
        self._view.setGeometry(0 if self._mirrored else beside, 0, room, height)
        return height - (0 if self._item.leaf.level else _TRAIL)

    def reader(self) -> QWidget | None:
        return self._view

    def paintEvent(self, event: QPaintEvent) -> None:
        place = self._item.leaf.place
        if place.marker or place.quote:
            paint_place(QPainter(self), place, self, mirrored=self._mirrored)


def _paragraph(leaf: Prose, mirrored: bool) -> QTextBlockFormat:
    made = QTextBlockFormat()
    distance = CLOSE if leaf.level else DISTANCE
    made.setLineHeight(distance, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
    made.setLayoutDirection(Qt.LayoutDirection.RightToLeft if mirrored else Qt.LayoutDirection.LeftToRight)
    return made


def _added(old: Spans, new: Spans) -> Spans | None:
    """What to append to turn the old text into the new; None where that will not do."""
    if not old:
        return new
    last = len(old) - 1
    if len(new) <= last or new[:last] != old[:last]:
        return None
    before, after = old[last], new[last]
    if replace(after, text=before.text) != before or not after.text.startswith(before.text):
        return None
    rest = after.text[len(before.text) :]
    if before.maths and rest:
        return None
    grown = (replace(after, text=rest),) if rest else ()
    return grown + new[last + 1 :]
