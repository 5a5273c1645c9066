"""A bar of several parts, on a track that may be longer than all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qwendesk.ui.theme.style import colours

_HEIGHT = 8
SERIES = ("accent", "good", "warn", "faint")
"""The tokens that colour parts, in their order."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part: how long it is, in whatever the whole bar is measured in, and the token that colours it."""

    length: float
    token: str


class Bar(QWidget):
    """`whole` is the length of the track. What it means is said by its accessible description."""

    def __init__(self, name: str, height: int = _HEIGHT) -> None:
        super().__init__()
        self.pieces: tuple[Piece, ...] = ()
        self._whole = 1.0
        self._height = height
        self.setAccessibleName(name)
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pieces(self, pieces: Sequence[Piece], whole: float, told: str) -> None:
        """`told`: the same in words."""
        if (tuple(pieces), whole) != (self.pieces, self._whole):
            self.pieces, self._whole = tuple(pieces), whole
            self.update()
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)

    def sizeHint(self) -> QSize:
        return QSize(120, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), self._height / 2, self._height / 2)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), QColor(colours().line))
        painter.setPen(Qt.PenStyle.NoPen)
        left = 0.0
        for piece in self.pieces:
            width = self.width() * piece.length / self._whole if self._whole > 0 else 0.0
            if width > 0:
                # A pixel of the track between two parts: neighbours are told apart without their colours.
                gap = 1.0 if width > 2 else 0.0
                painter.fillRect(
                    QRectF(left, 0, width - gap, self._height), QColor(getattr(colours(), piece.token))
                )
            left += width
        painter.end()
