"""Colours, fonts and text formats of the conversation, all derived from the theme's tokens."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette, QTextCharFormat
from PySide6.QtWidgets import QApplication, QWidget

from qwendesk.ui.chat.leaves import Span
from qwendesk.ui.theme import tokens
from qwendesk.ui.theme.tokens import Colours

_HEADINGS = {1: tokens.FIGURE, 2: 17, 3: tokens.TITLE}
LINE_HEIGHT = 140
"""Percent, for prose."""


def colours() -> Colours:
    """The theme in use."""
    return _Theme.current


class _Theme:
    current: Colours = tokens.DARK


def use(theme: Colours) -> None:
    """Switch; views must be told to retheme()."""
    _Theme.current = theme


def font(pixels: int = tokens.BODY, *, semibold: bool = False) -> QFont:
    """The application's font in a size of ours."""
    made = QFont(QApplication.font())
    made.setPixelSize(pixels)
    if semibold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def mono(pixels: int = tokens.BODY) -> QFont:
    """The system's monospace."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    made.setPixelSize(pixels)
    made.setStyleHint(QFont.StyleHint.Monospace)
    return made


def line_spacing(of: QFont) -> int:
    return QFontMetrics(of).lineSpacing()


def paint_text_with(widget: QWidget, colour: str) -> None:
    """Give a widget's own text and selection our colours, whatever style sheet is above it."""
    palette = widget.palette()
    theme = colours()
    palette.setColor(QPalette.ColorRole.Text, QColor(colour))
    palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
    palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
    palette.setColor(QPalette.ColorRole.Highlight, QColor(theme.button))
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor(theme.on_button))
    palette.setColor(QPalette.ColorRole.Link, QColor(theme.accent))
    widget.setPalette(palette)


def span_format(span: Span, level: int = 0, colour: str | None = None) -> QTextCharFormat:
    """How a span is drawn, in a paragraph or in a heading of this level."""
    theme = colours()
    size = _HEADINGS.get(level, tokens.BODY)
    made = QTextCharFormat()
    made.setFont(mono(size - 1) if span.mono else font(size, semibold=span.bold or level > 0))
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
