"""An attachment above the field: what it is, what it costs, and the ways to look at it and to take it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from qwendesk.ui.chat.look import font, rounded
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import CARD_RADIUS, FIELD_RADIUS, SMALL, SPACE, TIGHT
from qwendesk.ui.widgets.glyph import CLOSE, PAGE, GlyphButton, draw
from qwendesk.words import _
from qwendesk.words.figures import size

HEIGHT = 44
_SIGN, _NAME = 32, 176
_LEFT = TIGHT + 2
State = Literal["reading", "ready", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Chip:
    """What is shown of one attachment.

    Args:
        state: "refused" stays, but cannot be sent with the model as it is loaded; "failed" never can.
        size: in bytes; 0 where it is not known.
        detail: what it costs, in words.
        notes: sentences about what could not be read of it.
        problem: the sentence that says why it is refused or failed.
        picture: of an image.
    """

    id: int
    name: str
    state: State = "reading"
    size: int = 0
    detail: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""
    picture: QImage | None = None


def figures(chip: Chip) -> str:
    """ "1.2 MB · 1,234 tokens"."""
    if chip.state == "reading":
        return _("reading…")
    parts = (size(chip.size) if chip.size else "", chip.detail)
    return " · ".join(one for one in parts if one)


class ChipButton(QAbstractButton):
    """Pressed, it shows what was read. Painted, so that its two lines and its picture fit into one button."""

    removed = Signal()

    def __init__(self, parent: QWidget, chip: Chip) -> None:
        super().__init__(parent)
        self._chip = chip
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.close_button = GlyphButton(CLOSE, "")
        self.close_button.setParent(self)
        self.close_button.clicked.connect(self.removed)
        self.show_chip(chip)

    def show_chip(self, chip: Chip) -> None:
        self._chip = chip
        reading = chip.state == "reading"
        does = _("Stop reading {name}") if reading else _("Take out {name}")
        self.close_button.setToolTip(does.format(name=chip.name))
        self.close_button.setAccessibleName(does.format(name=chip.name))
        self.setAccessibleName(f"{chip.name}, {figures(chip)}")
        self.setAccessibleDescription(" ".join((chip.problem, *chip.notes)).strip())
        self.setToolTip(
            "\n".join(one for one in (chip.name, figures(chip), chip.problem, *chip.notes) if one)
        )
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        words = max(
            QFontMetrics(font()).horizontalAdvance(self._chip.name),
            QFontMetrics(font(SMALL)).horizontalAdvance(figures(self._chip)),
            96,
        )
        close = self.close_button.sizeHint().width()
        return QSize(_LEFT + _SIGN + SPACE + min(words, _NAME) + SPACE + close + TIGHT, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        hint = self.close_button.sizeHint()
        self.close_button.setGeometry(
            self.width() - hint.width() - TIGHT, (HEIGHT - hint.height()) // 2, hint.width(), hint.height()
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, chip = colours(), self._chip
        calm = theme.border_strong if self.underMouse() else theme.line
        edge = theme.accent if self.hasFocus() else theme.bad if chip.state == "refused" else calm
        painter = rounded(self, theme.background, edge, CARD_RADIUS)
        sign = QRect(_LEFT, (HEIGHT - _SIGN) // 2, _SIGN, _SIGN)
        if chip.picture is not None:
            _paint_picture(painter, chip.picture, sign)
        else:
            draw(painter, PAGE, theme.dim, sign, 2.0)
        left = sign.right() + SPACE
        room = QRect(left, 0, self.close_button.x() - TIGHT - left, HEIGHT // 2 - 1)
        self._write(painter, room.translated(0, 3), chip.name, font(), theme.text)
        colour = theme.bad if chip.state == "refused" else theme.dim
        self._write(painter, room.translated(0, HEIGHT // 2 - 3), figures(chip), font(SMALL), colour)

    def _write(self, painter: QPainter, room: QRect, words: str, face: QFont, colour: str) -> None:
        painter.setFont(face)
        painter.setPen(colour)
        cut = QFontMetrics(face).elidedText(words, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, cut)


def _paint_picture(painter: QPainter, picture: QImage, place: QRect) -> None:
    """Its middle, as a square with round corners."""
    side = min(picture.width(), picture.height())
    middle = QRect((picture.width() - side) // 2, (picture.height() - side) // 2, side, side)
    path = QPainterPath()
    path.addRoundedRect(place.toRectF(), FIELD_RADIUS, FIELD_RADIUS)
    painter.save()
    painter.setClipPath(path)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, picture, middle)
    painter.restore()
