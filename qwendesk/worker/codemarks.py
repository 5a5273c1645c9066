"""Markdown's code marks, followed while text streams in: fenced blocks and inline code."""

from __future__ import annotations

import re

FENCE = 3
_MARKS = re.compile(r"\n|`+|~+")


class CodeMarks:
    """Whether the next character stands in code.

    As in CommonMark, with two simplifications that suit streams: a fence may be indented at will
    (lists), and inline code ends with its line.
    """

    def __init__(self) -> None:
        self._fence: tuple[str, int] | None = None
        self._inline = 0
        self._run: tuple[str, int] | None = None
        self._begin_line()

    def _begin_line(self) -> None:
        self._blank = True
        self._leading: tuple[str, int] | None = None
        self._lone = False

    @property
    def fenced(self) -> bool:
        """Whether a fenced block is open; right after its closing marks it no longer is."""
        self._settle()
        return self._fence is not None and not self._closes()

    @property
    def inline(self) -> int:
        """The number of backticks that opened inline code on this line, or 0."""
        self._settle()
        return self._inline

    @property
    def blank(self) -> bool:
        """Whether nothing but white space stands on this line so far."""
        self._settle()
        return self._blank

    def feed(self, text: str) -> None:
        """Any text."""
        at = 0
        for match in _MARKS.finditer(text):
            self.prose(text[at : match.start()])
            self.mark(match.group())
            at = match.end()
        self.prose(text[at:])

    def lines(self, text: str) -> None:
        """Text that may have line ends, but no marks."""
        first, newline, rest = text.partition("\n")
        self.prose(first)
        if newline:
            self.newline()
            self.prose(rest.rpartition("\n")[2])

    def prose(self, text: str) -> None:
        """Text with neither marks nor line ends."""
        if not text:
            return
        self._settle()
        if not text.isspace():
            self._blank = self._lone = False

    def mark(self, text: str) -> None:
        """A line end, or a run of backticks or tildes, which the next mark may continue."""
        if text == "\n":
            self.newline()
        elif self._run and self._run[0] == text[0]:
            self._run = (text[0], self._run[1] + len(text))
        else:
            self._settle()
            self._run = (text[0], len(text))

    def newline(self) -> None:
        """The end of a line, where fences open and close and inline code ends."""
        self._settle()
        if self._fence is None:
            self._fence = self._leading
        elif self._closes():
            self._fence = None
        self._inline = 0
        self._begin_line()

    def _closes(self) -> bool:
        if self._fence is None or self._leading is None or not self._lone:
            return False
        return self._leading[0] == self._fence[0] and self._leading[1] >= self._fence[1]

    def _settle(self) -> None:
        """The run is complete: see what it means."""
        if self._run is None:
            return
        (char, length), self._run = self._run, None
        if self._blank and length >= FENCE:
            self._leading, self._lone = (char, length), True
        else:
            self._lone = False
            if char == "`" and self._leading and self._leading[0] == "`":
                self._leading = None  # the words after a fence hold no backtick: this is inline code
        self._blank = False
        if char == "`" and self._fence is None:
            self._inline = 0 if self._inline == length else self._inline or length


def fenced_tag(text: str, tag: str, *, cut: bool) -> int | None:
    """Where a tag stands in a fenced block that is the likeliest to have been meant; None without one.

    That is the first one alone at the beginning of its line, else the first one. When the text was cut
    off, only a block that never closed counts: one that did close held an example.
    """
    marks, at, found = CodeMarks(), 0, list[int]()
    for match in re.finditer(re.escape(tag) + "|\n", text):
        marks.feed(text[at : match.start()])
        at = match.start()
        if match.group() == tag and marks.fenced:
            found.append(at)
        elif match.group() == "\n":
            marks.newline()
            at += 1
            if cut and not marks.fenced:
                found.clear()
    marks.feed(text[at:])
    if cut and not marks.fenced:
        return None
    leading = [one for one in found if not text[text.rfind("\n", 0, one) + 1 : one].strip()]
    return next(iter(leading or found), None)
