"""What went along with a question: its images as small pictures, its files by name, each to look at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from qwendesk.chat.turn import Attachment
from qwendesk.ui.chat.host import Host
from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.look import font, rounded
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import CARD_RADIUS, GAP, ROOMY, SMALL, SPACE
from qwendesk.ui.widgets.glyph import PAGE, draw
from qwendesk.words import _
from qwendesk.words.figures import size, tokens

LARGEST = 160
"""Pixels of a picture's longer side."""
_FILE, _SIGN, _WIDEST = 34, 18, 320


class AttachedItem(Item):
    """Rows of pictures, then of files. A picture keeps its place before it is there."""

    above = GAP

    def __init__(self, attachments: Sequence[Attachment], host: Host) -> None:
        super().__init__()
        self.attachments = sorted(attachments, key=lambda one: one.kind != "image")
        self.host = host
        self._pictures: dict[str, QImage] = {}
        self._asked: set[str] = set()

    def estimate(self, width: int) -> int:
        return LARGEST if any(one.kind == "image" for one in self.attachments) else _FILE

    def make(self, parent: QWidget) -> Block:
        return _Attached(parent, self)

    def picture(self, attachment: Attachment) -> QImage | None:
        """What is there of it; the rest comes in a moment."""
        key = attachment.sha256
        if key not in self._asked:
            self._asked.add(key)
            self.host.look(attachment, lambda seen: self._on_seen(key, seen))
        return self._pictures.get(key)

    def _on_seen(self, key: str, seen: object) -> None:
        if isinstance(seen, QImage) and not seen.isNull():
            self._pictures[key] = seen
            self.changed()
            self.host.settle()


class _Attached(Block):
    def __init__(self, parent: QWidget, item: AttachedItem) -> None:
        super().__init__(parent)
        self._item = item
        self._buttons = [_button(self, item, one) for one in item.attachments]
        names = ", ".join(one.name for one in item.attachments)
        self.setAccessibleName(_("Attached: {names}").format(names=names))

    def refresh(self) -> None:
        for one in self._buttons:
            one.update()

    def measure(self, width: int) -> int:
        """Rows from the right, as the question stands there, too; in a row they stand on one line."""
        top = 0
        pictures = sum(one.kind == "image" for one in self._item.attachments)
        hints = [one.sizeHint() for one in self._buttons]
        rows = [*_rows(hints[:pictures], width), *_rows(hints[pictures:], width, pictures)]
        for row in rows:
            height = max(self._buttons[at].sizeHint().height() for at in row)
            left = width - sum(self._buttons[at].sizeHint().width() for at in row) - SPACE * (len(row) - 1)
            for at in row:
                hint = self._buttons[at].sizeHint()
                self._buttons[at].setGeometry(QRect(QPoint(left, top + height - hint.height()), hint))
                left += hint.width() + SPACE
            top += height + SPACE
        return max(0, top - SPACE)

    def tab_stops(self) -> list[QWidget]:
        return list(self._buttons)


def _rows(hints: Sequence[QSize], width: int, start: int = 0) -> list[list[int]]:
    """Which of them stand beside one another, by their numbers, which begin with `start`."""
    rows: list[list[int]] = []
    used = 0
    for at, hint in enumerate(hints, start):
        if not rows or used + hint.width() > width:
            rows.append([])
            used = 0
        rows[-1].append(at)
        used += hint.width() + SPACE
    return rows


def _button(parent: QWidget, item: AttachedItem, attachment: Attachment) -> QAbstractButton:
    made = (_Picture if attachment.kind == "image" else _File)(parent, item, attachment)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setAccessibleName(_("Show {name}").format(name=attachment.name))
    made.setToolTip(f"{attachment.name}\n{figures(attachment)}")
    made.clicked.connect(lambda: item.host.open(attachment))
    return made


def figures(attachment: Attachment) -> str:
    """ "12 kB · 1,234 tokens"."""
    counted = tokens(attachment.tokens) if attachment.tokens is not None else ""
    return " · ".join(one for one in (size(attachment.size), counted) if one)


class _Button(QAbstractButton):
    def __init__(self, parent: QWidget, item: AttachedItem, attachment: Attachment) -> None:
        super().__init__(parent)
        self._item, self._attachment = item, attachment

    def _edge(self) -> str:
        theme = colours()
        return theme.accent if self.hasFocus() or self.underMouse() else theme.line


class _Picture(_Button):
    def sizeHint(self) -> QSize:
        seen = self._item.picture(self._attachment)
        if seen is None:
            return QSize(LARGEST, LARGEST)
        return (
            seen.size().scaled(LARGEST, LARGEST, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(32, 32))
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        painter = rounded(self, theme.raised, self._edge(), CARD_RADIUS)
        seen = self._item.picture(self._attachment)
        if seen is None:
            painter.setFont(font(SMALL))
            painter.setPen(theme.dim)
            room = self.rect().adjusted(SPACE, SPACE, -SPACE, -SPACE)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWrapAnywhere
            painter.drawText(room, flags, self._attachment.name)
            return
        path = QPainterPath()
        path.addRoundedRect(self.rect().toRectF(), CARD_RADIUS, CARD_RADIUS)
        painter.setClipPath(path)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), seen)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._edge())
        painter.drawRoundedRect(
            self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), CARD_RADIUS, CARD_RADIUS
        )


class _File(_Button):
    def sizeHint(self) -> QSize:
        name = QFontMetrics(font()).horizontalAdvance(self._attachment.name)
        words = QFontMetrics(font(SMALL)).horizontalAdvance(figures(self._attachment))
        return QSize(ROOMY + _SIGN + SPACE + min(name, _WIDEST) + ROOMY + words + ROOMY, _FILE)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        painter = rounded(self, theme.raised, self._edge(), CARD_RADIUS)
        draw(painter, PAGE, theme.dim, QRect(ROOMY, (_FILE - _SIGN) // 2, _SIGN, _SIGN), 1.4)
        small = QFontMetrics(font(SMALL)).horizontalAdvance(figures(self._attachment))
        right = self.width() - ROOMY
        painter.setFont(font(SMALL))
        painter.setPen(theme.dim)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(right - small, 0, small + 1, _FILE), middle, figures(self._attachment))
        left = ROOMY + _SIGN + SPACE
        room = QRect(left, 0, right - small - ROOMY - left, _FILE)
        painter.setFont(font())
        painter.setPen(theme.text)
        metrics = QFontMetrics(font())
        name = metrics.elidedText(self._attachment.name, Qt.TextElideMode.ElideMiddle, room.width() + 1)
        painter.drawText(room.adjusted(0, 0, 2, 0), middle, name)
