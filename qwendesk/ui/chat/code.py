"""A piece of a code block: header with language and Copy on the first, colours, sideways scrolling."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.buttons import button
from qwendesk.ui.chat.highlight import Tint, paint_tints, tints
from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.leaves import Code
from qwendesk.ui.chat.look import font, well
from qwendesk.ui.chat.place import inset, paint_place
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.theme.style import code_font, colours
from qwendesk.ui.theme.tokens import CARD_RADIUS, ROOMY, SMALL, SPACE, WIDE
from qwendesk.words import _

HEADER = 36
_LINE = 18


class CodeItem(Item):
    """`copy` is called with this item when its header's Copy is pressed."""

    def __init__(self, leaf: Code, copy: Callable[[CodeItem], None]) -> None:
        super().__init__()
        self.leaf = leaf
        self.copy = copy
        self.above = ROOMY if leaf.first else 0
        self._tints: list[Tint] | None = None
        self._tinted = ""

    def update(self, leaf: Code) -> None:
        self.leaf = leaf
        self.changed()

    def tints(self) -> list[Tint]:
        """The colours of the complete lines, found once for each new line."""
        complete = self.leaf.text[: self.leaf.text.rfind("\n") + 1]
        if self._tints is None or complete != self._tinted:
            self._tints, self._tinted = tints(self.leaf.language, complete), complete
        return self._tints

    def estimate(self, width: int) -> int:
        ends = (HEADER if self.leaf.first else 0) + (ROOMY if self.leaf.last else 0)
        return ends + _LINE * max(1, self.leaf.text.count("\n"))

    def make(self, parent: QWidget) -> Block:
        return _CodeBlock(parent, self)


class _CodeBlock(Block):
    def __init__(self, parent: QWidget, item: CodeItem) -> None:
        super().__init__(parent)
        self._item = item
        self._shown = ""
        self._painted: list[Tint] = []
        self._view = TextView(self, wraps=False)
        language = item.leaf.language or _("text")
        self._view.setAccessibleName(_("Code, {language}").format(language=language))
        self._copy = (
            button(self, _("Copy"), "quiet", self._on_copy, _("Copy this code")) if item.leaf.first else None
        )
        self._format = QTextCharFormat()
        self._format.setFont(_exact(code_font(SMALL)))
        self._format.setForeground(QColor(colours().text))
        block = QTextBlockFormat()
        block.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        QTextCursor(self._view.document()).setBlockFormat(block)
        self.refresh()

    def _on_copy(self) -> None:
        self._item.copy(self._item)

    def refresh(self) -> None:
        text = self._item.leaf.text.removesuffix("\n")
        document = self._view.document()
        cursor = QTextCursor(document)
        if text != self._shown:
            grown = text.startswith(self._shown)
            cursor.movePosition(QTextCursor.MoveOperation.End)
            if not grown:
                self._painted = []
                cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(text[len(self._shown) :] if grown else text, self._format)
            self._shown = text
        found = self._item.tints()
        if found is not self._painted:
            paint_tints(document, found, self._painted)
            self._painted = found
        self.update()

    def measure(self, width: int) -> int:
        leaf, left = self._item.leaf, inset(self._item.leaf.place)
        top = HEADER if leaf.first else 0
        room = max(40, width - left - 2 * WIDE)
        height = self._view.height_at(room) if self._shown or not (leaf.last and not leaf.first) else 0
        self._view.setGeometry(left + WIDE, top, room, height)
        if self._copy:
            size = self._copy.sizeHint()
            self._copy.setGeometry(width - size.width() - SPACE, 5, size.width(), size.height())
        return top + height + (ROOMY if leaf.last else 0)

    def tab_stops(self) -> list[QWidget]:
        return [self._copy] if self._copy else []

    def reader(self) -> QWidget | None:
        return self._view

    def paintEvent(self, event: QPaintEvent) -> None:
        leaf, left = self._item.leaf, inset(self._item.leaf.place)
        painter = QPainter(self)
        paint_place(painter, leaf.place, self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(left, 0, self.width() - left, self.height())
        theme = colours()
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(well(theme))
        painter.drawPath(_outline(left, self.width(), self.height(), leaf.first, leaf.last))
        if leaf.first:
            painter.setFont(font(SMALL))
            painter.setPen(QColor(theme.dim))
            room = QRectF(left + WIDE, 0, self.width() - left - 96, HEADER - 2)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, leaf.language or _("text"))


def _exact(written: QFont) -> QFont:
    """Without ligatures: in code, -> is two characters."""
    written.setFeature(QFont.Tag("calt"), 0)
    written.setFeature(QFont.Tag("liga"), 0)
    return written


def _outline(left: int, width: int, height: int, first: bool, last: bool) -> QPainterPath:
    """A rounded box; where the block goes on, the box runs out of the picture."""
    reach = 2 * CARD_RADIUS
    top = 0.5 if first else -reach
    bottom = height - 0.5 if last else height + reach
    path = QPainterPath()
    path.addRoundedRect(QRectF(left + 0.5, top, width - left - 1, bottom - top), CARD_RADIUS, CARD_RADIUS)
    return path
