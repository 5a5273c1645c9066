"""Fonts and text formats of the conversation, derived from the theme in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QPen, QTextCharFormat
from PySide6.QtWidgets import QApplication, QWidget

from qwendesk.ui.theme import tokens
from qwendesk.ui.theme.style import code_font, colours
from qwendesk.ui.theme.tokens import Colours

if TYPE_CHECKING:
    from qwendesk.ui.chat.leaves import Span

_HEADINGS = {1: tokens.FIGURE, 2: 17, 3: tokens.TITLE}
LINE_HEIGHT = 145
"""Percent, for prose."""


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


def span_format(span: Span, level: int = 0, colour: str | None = None) -> QTextCharFormat:
    """How a span is drawn, in a paragraph or in a heading of this level."""
    theme = colours()
    size = _HEADINGS.get(level, tokens.BODY)
    made = QTextCharFormat()
    made.setFont(code_font(size - 1) if span.mono else font(size, semibold=span.bold or level > 0))
    made.setFontItalic(span.italic)
    made.setFontStrikeOut(span.strike)
    made.setForeground(QColor(colour or theme.text))
    if span.mono:
        made.setBackground(QColor(theme.raised if theme.raised != theme.background else theme.panel))
    if span.link:
        made.setAnchor(True)
        made.setAnchorHref(span.link)
        made.setForeground(QColor(theme.accent))
        made.setFontUnderline(True)
    return made


def rounded(widget: QWidget, fill: str | QColor, edge: str | QColor | None, radius: int) -> QPainter:
    """Paint a rounded ground; the painter goes on to what stands on it."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(edge), 1) if edge else QPen(QColor(0, 0, 0, 0)))
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(widget.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    return painter


def tint(widget: QWidget, colour: str) -> None:
    """Colour a label's words; its style sheet, if it names a colour, wins."""
    palette = widget.palette()
    palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
    widget.setPalette(palette)
