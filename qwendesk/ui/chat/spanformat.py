"""How the words of a reply are drawn: fonts and text formats, derived from the theme in force."""

from __future__ import annotations

from PySide6.QtGui import QColor, QTextCharFormat

from qwendesk.ui.chat.leaves import Span
from qwendesk.ui.chat.look import font
from qwendesk.ui.theme import tokens
from qwendesk.ui.theme.style import code_font, colours

_HEADINGS = {1: tokens.FIGURE, 2: 17, 3: tokens.TITLE}
DISTANCE, CLOSE = 7, 4
"""Pixels between lines, however tall a formula or a character of another script makes one of them."""


def span_format(span: Span, level: int = 0, colour: str | None = None) -> QTextCharFormat:
    """How a span is drawn, in a paragraph or in a heading of this level; of a formula, its source."""
    theme = colours()
    size = _HEADINGS.get(level, tokens.BODY)
    made = QTextCharFormat()
    made.setFont(
        code_font(size - 1) if span.mono or span.maths else font(size, semibold=span.bold or level > 0)
    )
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
