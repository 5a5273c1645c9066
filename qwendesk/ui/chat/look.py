"""Fonts and grounds of the conversation."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QApplication, QWidget

from qwendesk.ui.theme import tokens
from qwendesk.ui.theme.tokens import Colours


def font(pixels: int = tokens.BODY, *, semibold: bool = False) -> QFont:
    """The application's font in a size of ours."""
    made = QFont(QApplication.font())
    made.setPixelSize(pixels)
    if semibold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def well(theme: Colours) -> QColor:
    """The ground of code: one step off the background, in either theme."""
    return QColor(theme.panel)


def rounded(widget: QWidget, fill: str | QColor, edge: str | QColor | None, radius: int) -> QPainter:
    """Paint a rounded ground; the painter goes on to what stands on it."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(edge), 1) if edge else QPen(QColor(0, 0, 0, 0)))
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(widget.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    return painter
