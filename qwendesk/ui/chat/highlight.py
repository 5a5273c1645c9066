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


def paint_tints(document: QTextDocument, found: list[Tint], before: list[Tint]) -> None:
    """Lay the colours over a document's lines, as a QSyntaxHighlighter does: its text is untouched.

    Lines in front of the first difference to `before`, which was painted last, are left alone.
    """
    same = next((at for at, (new, old) in enumerate(zip(found, before, strict=False)) if new != old), None)
    if same is None:
        same = min(len(found), len(before))
    start = min((one[same][0] for one in (found, before) if same < len(one)), default=None)
    if start is None:
        return
    block = document.findBlock(start)
    by_line: dict[int, list[QTextLayout.FormatRange]] = {}
    for at, length, name in found:
        if at + length > block.position():
            _spread(document, max(at, block.position()), at + length, _format(name), by_line)
    while block.isValid():
        block.layout().setFormats(by_line.get(block.blockNumber(), []))
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
