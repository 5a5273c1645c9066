"""Pieces of long text, so that no single widget ever holds a megabyte.

A cut depends on the text alone, never on how it arrived.
"""

from __future__ import annotations

from qwendesk.ui.chat.leaves import Code, Place

SOFT_LINES, HARD_LINES = 24, 48
LONGEST_LINE = 4000
SOFT_PIECE, HARD_PIECE = 2000, 4000


class CodeChunks:
    """Lines of one code block in pieces of 24 to 48 lines, cut at an empty line if there is one."""

    def __init__(self, place: Place, language: str) -> None:
        self._place = place
        self._language = language
        self._lines: list[str] = []
        self._size = 0
        self._first = True

    def add(self, line: str) -> list[Code]:
        """Take a line, with its line break if it has one; returns the pieces that became complete."""
        done: list[Code] = []
        while line:
            part, line = line[:LONGEST_LINE], line[LONGEST_LINE:]
            if self._full():
                done.append(self._emit(last=False))
            self._lines.append(part)
            self._size += len(part)
        return done

    def peek(self, partial: str = "") -> Code:
        """The open piece, with a line that is still growing."""
        return Code(self._place, self._language, "".join(self._lines) + partial, self._first)

    def close(self) -> Code:
        return self._emit(last=True)

    def _full(self) -> bool:
        count = len(self._lines)
        if count >= HARD_LINES or self._size >= 2 * LONGEST_LINE:
            return True
        return count >= SOFT_LINES and not self._lines[-1].strip()

    def _emit(self, *, last: bool) -> Code:
        code = Code(self._place, self._language, "".join(self._lines), self._first, last)
        self._lines, self._size, self._first = [], 0, False
        return code


def code_leaves(place: Place, language: str, text: str) -> list[Code]:
    """A whole code block in pieces."""
    chunks = CodeChunks(place, language)
    done = [code for line in text.splitlines(keepends=True) for code in chunks.add(line)]
    return [*done, chunks.close()]


def piece_end(text: str, start: int) -> int | None:
    """Where the piece of plain text that begins at `start` ends; None while it may still grow."""
    line = text.find("\n", start + SOFT_PIECE, start + HARD_PIECE)
    if line >= 0:
        return line + 1
    return start + HARD_PIECE if len(text) - start > HARD_PIECE else None


def pieces(text: str) -> list[str]:
    """Plain text in pieces of 2,000 to 4,000 characters, cut after a line where possible."""
    found: list[str] = []
    start = 0
    while (end := piece_end(text, start)) is not None:
        found.append(text[start:end])
        start = end
    if start < len(text) or not found:
        found.append(text[start:])
    return found
