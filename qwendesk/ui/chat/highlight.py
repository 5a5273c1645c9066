"""Code in colours: pygments' tokens to a few of our own. Pygments waits for the first code block."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QTextCharFormat, QTextDocument, QTextLayout

from qwendesk.ui.theme.style import colours

if TYPE_CHECKING:
    from pygments.lexer import Lexer

Tint = tuple[int, int, str]
"""Start, length and the name of the theme's colour."""

_LONGEST = 20_000
_PLAIN = frozenset({"", "text", "latex"})
_BY_NAME = {
    "Comment": "faint",
    "Keyword": "accent",
    "Operator.Word": "accent",
    "Name.Tag": "accent",
    "Name.Decorator": "warn",
    "Literal.String": "good",
    "Literal.Number": "warn",
    "Generic.Inserted": "good",
    "Generic.Deleted": "bad",
    "Error": "",
}


@cache
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def tints(language: str, text: str) -> list[Tint]:
    """Which stretches are coloured how; none for languages that nobody knows."""
    lexer = _lexer(language.lower()) if language.lower() not in _PLAIN and len(text) <= _LONGEST else None
    if lexer is None:
        return []
    found: list[Tint] = []
    at = 0
    for kind, piece in lexer.get_tokens(text):
        name = _colour(str(kind))
        if name and piece.strip():
            found.append((at, len(piece), name))
        at += len(piece)
    return found


@cache
def _colour(kind: str) -> str:
    kind = kind.removeprefix("Token.")
    while kind:
        if kind in _BY_NAME:
            return _BY_NAME[kind]
        kind = kind.rpartition(".")[0]
    return ""


def paint_tints(document: QTextDocument, found: list[Tint]) -> None:
    """Lay the colours over a document's lines, as a QSyntaxHighlighter does: its text is untouched."""
    by_line: dict[int, list[QTextLayout.FormatRange]] = {}
    for start, length, name in found:
        _spread(document, start, start + length, _format(name), by_line)
    block = document.begin()
    while block.isValid():
        wanted = by_line.get(block.blockNumber(), [])
        layout = block.layout()
        if wanted or layout.formats():
            layout.setFormats(wanted)
            document.markContentsDirty(block.position(), block.length())
        block = block.next()


def _spread(
    document: QTextDocument,
    start: int,
    end: int,
    look: QTextCharFormat,
    by_line: dict[int, list[QTextLayout.FormatRange]],
) -> None:
    while start < end:
        block = document.findBlock(start)
        if not block.isValid():
            return
        stop = min(end, block.position() + block.length() - 1)
        if stop > start:
            stretch = QTextLayout.FormatRange()
            stretch.start = start - block.position()
            stretch.length = stop - start
            stretch.format = look
            by_line.setdefault(block.blockNumber(), []).append(stretch)
        start = block.position() + block.length()


def _format(name: str) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(QColor(str(getattr(colours(), name))))
    return look
