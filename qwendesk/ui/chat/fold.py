"""The reasoning of a reply, folded: how long it took, and while it streams its last line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QWidget

from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.look import font, rounded
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import CARD_RADIUS, ROOMY, SMALL, SPACE, WIDE
from qwendesk.words import _

HEIGHT = 36


class FoldItem(Item):
    """`title` and `detail` are words; `live` is the last line of reasoning while it streams."""

    above = WIDE

    def __init__(self, on_toggle: Callable[[bool], None]) -> None:
        super().__init__()
        self.title = ""
        self.detail = ""
        self.live = ""
        self.expanded = False
        self.on_toggle = on_toggle

    def estimate(self, width: int) -> int:
        return HEIGHT

    def make(self, parent: QWidget) -> Block:
        return _FoldBlock(parent, self)


class _FoldBlock(Block):
    def __init__(self, parent: QWidget, item: FoldItem) -> None:
        super().__init__(parent)
        self.face = _Face(self, item)
        self.refresh()

    def refresh(self) -> None:
        self.face.show_words()

    def measure(self, width: int) -> int:
        self.face.setGeometry(0, 0, width, HEIGHT)
        return HEIGHT

    def tab_stops(self) -> list[QWidget]:
        return [self.face]


class _Face(QAbstractButton):
    def __init__(self, parent: QWidget, item: FoldItem) -> None:
        super().__init__(parent)
        self._item = item
        self.setCheckable(True)
        self.setChecked(item.expanded)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(item.on_toggle)

    def show_words(self) -> None:
        name = f"{self._item.title} {self._item.detail}".strip()
        if name != self.accessibleName():
            self.setAccessibleName(name)
            self.setToolTip(_("The model's reasoning. Click to show or hide it."))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggle()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        edge = theme.accent if self.hasFocus() else theme.border_strong if self.underMouse() else theme.line
        painter = rounded(self, theme.raised, edge, CARD_RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.dim))
        painter.drawPolygon(_triangle(self.isChecked()))
        left = self._words(painter, 2 * WIDE - 4, self._item.title, font(), theme.text) + SPACE
        if self._item.detail:
            left = self._words(painter, left, self._item.detail, font(SMALL), theme.dim) + ROOMY
        if self._item.live and not self._item.expanded:
            self._words(painter, left, self._item.live, font(SMALL), theme.faint, Qt.TextElideMode.ElideLeft)

    def _words(
        self,
        painter: QPainter,
        left: int,
        words: str,
        written: QFont,
        colour: str,
        cut_at: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> int:
        """Draws, cut if there is no room; returns where the words end."""
        painter.setFont(written)
        painter.setPen(QColor(colour))
        metrics = QFontMetrics(painter.font())
        room = QRect(left, 0, self.width() - left - ROOMY, HEIGHT)
        cut = metrics.elidedText(words, cut_at, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, cut)
        return left + metrics.horizontalAdvance(cut)


def _triangle(open_: bool) -> QPolygonF:
    x, y = WIDE, HEIGHT / 2
    if open_:
        return QPolygonF([QPointF(x - 4, y - 2.5), QPointF(x + 4, y - 2.5), QPointF(x, y + 3.5)])
    return QPolygonF([QPointF(x - 2.5, y - 4), QPointF(x - 2.5, y + 4), QPointF(x + 3.5, y)])
