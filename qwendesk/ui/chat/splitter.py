"""A reply's markdown as it streams in: finished leaves once and for all, the open end read again.

A boundary is decided by complete lines only, so the leaves do not depend on how the text was cut.
A block that will not end is cut by force: no step costs more than one block of bounded size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qwendesk.ui.chat.chunks import LONGEST_LINE, CodeChunks
from qwendesk.ui.chat.leaves import Leaf, Place
from qwendesk.ui.chat.markdown import Part, parse

LONGEST_BLOCK = 3000
FEED = 512
"""Characters that are read at once; with the block before them they bound the longest step."""
_FENCE = re.compile(r" {0,3}(?P<bar>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)$")


@dataclass(slots=True)
class _Fence:
    bar: str
    indent: int
    chunks: CodeChunks

    def closes(self, line: str) -> bool:
        bare = line.strip()
        start = line.expandtabs(4)
        inset = len(start) - len(start.lstrip(" "))
        return inset < 4 and len(bare) >= len(self.bar) and not bare.strip(self.bar[0])

    def inside(self, line: str) -> str:
        """The line without the fence's own indentation; a tab in it becomes the spaces that are left."""
        column = at = 0
        while column < self.indent and line[at : at + 1] in (" ", "\t"):
            column += 1 if line[at] == " " else 4 - column % 4
            at += 1
        return " " * max(0, column - self.indent) + line[at:]

    def may_close(self, partial: str) -> bool:
        """A line that so far is nothing but fence is not shown yet."""
        bare = partial.strip()
        return bool(bare) and not bare.strip(self.bar[0])


class Splitter:
    """Feed text; `take()` gives what became final, `open` what may still change."""

    def __init__(self) -> None:
        self._open: list[Leaf] | None = []
        self._done: list[Leaf] = []
        self._tail = ""
        self._held = ""
        self._checked = -1
        self._fence: _Fence | None = None
        self._ordinal: int | None = None

    def feed(self, text: str) -> None:
        """More text. Long texts are taken in steps, as if they had streamed."""
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        text = text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        for start in range(0, len(text), FEED):
            self._tail += text[start : start + FEED]
            while self._step():
                pass
        self._open = None

    @property
    def open(self) -> list[Leaf]:
        """Read when it is asked for."""
        if self._open is None:
            self._open = self._open_leaves()
        return self._open

    def close(self) -> None:
        """The text is over: everything is final."""
        if self._held or (self._tail and not self._tail.endswith("\n")):
            self.feed("\n")
            self._held = ""
        self._done += self.open
        self._open, self._tail, self._fence = [], "", None

    @property
    def found(self) -> int:
        """How many leaves `take` would give."""
        return len(self._done)

    def take(self) -> list[Leaf]:
        """Leaves that became final since the last call."""
        done, self._done = self._done, []
        return done

    def _step(self) -> bool:
        """One move forward; False when more text is needed."""
        if self._fence:
            return self._inside_fence(self._fence)
        self._skip_blank_lines()
        if self._opens_fence():
            return True
        end = self._tail.rfind("\n") + 1
        if len(self._tail) - end > LONGEST_BLOCK:
            end = len(self._tail)
        if end in (0, self._checked):
            return False
        return self._settle(self._tail[:end])

    def _skip_blank_lines(self) -> None:
        while (end := self._tail.find("\n")) >= 0 and not self._tail[:end].strip(" \t"):
            self._tail, self._checked = self._tail[end + 1 :], -1

    def _settle(self, text: str) -> bool:
        """Make final what complete lines have decided; cut what is too long."""
        parts = parse(text, self._ordinal)
        starts = _offsets(text, parts)
        for at, part in enumerate(parts):
            end = starts[at + 1] if at + 1 < len(parts) else len(text)
            if part.kind != "fence" and len(text[starts[at] : end].rstrip()) > _longest(part):
                self._commit(parts[:at])
                self._cut(part, self._tail[starts[at] :])
                return True
        if len(parts) < 2:
            self._checked = len(text)
            return False
        self._commit(parts[:-1])
        self._rest(self._tail[starts[-1] :], parts[-1].ordinal)
        return True

    def _commit(self, parts: list[Part]) -> None:
        for part in parts:
            self._done += part.leaves

    def _rest(self, tail: str, ordinal: int | None) -> None:
        self._tail, self._ordinal, self._checked = tail, ordinal, -1

    def _cut(self, part: Part, tail: str) -> None:
        most = _longest(part)
        half = most // 2
        end = tail.rfind("\n", half, most) + 1 or tail.rfind(" ", half, most) + 1 or most
        self._commit(parse(tail[:end], part.ordinal))
        header = "".join(tail.splitlines(keepends=True)[:2]) if part.kind == "table" else ""
        if len(header) >= half:
            header = ""
        self._rest(header + tail[end:], None)

    def _opens_fence(self) -> bool:
        end = self._tail.find("\n")
        found = _FENCE.match(self._tail[:end]) if end >= 0 else None
        if not found:
            return False
        info = found["info"].split()
        indent = found.start("bar")
        self._fence = _Fence(found["bar"], indent, CodeChunks(Place(), info[0] if info else ""))
        self._rest(self._tail[end + 1 :], None)
        return True

    def _inside_fence(self, fence: _Fence) -> bool:
        start = 0
        while (end := self._tail.find("\n", start)) >= 0:
            line = self._tail[start:end]
            start = end + 1
            if fence.closes(line):
                self._done.append(fence.chunks.close())
                self._fence = None
                self._rest(self._tail[start:], None)
                return True
            self._done += fence.chunks.add(fence.inside(line + "\n"))
        self._tail = self._tail[start:]
        if len(self._tail) > LONGEST_LINE:
            self._done += fence.chunks.add(self._tail[:LONGEST_LINE])
            self._tail = self._tail[LONGEST_LINE:]
            return True
        return False

    def _open_leaves(self) -> list[Leaf]:
        if self._fence:
            partial = "" if self._fence.may_close(self._tail) else self._fence.inside(self._tail)
            return [self._fence.chunks.peek(partial)]
        if not self._tail.strip():
            return []
        return [leaf for part in parse(self._tail, self._ordinal) for leaf in part.leaves]


def _longest(part: Part) -> int:
    return LONGEST_BLOCK // 2 if part.kind == "table" else LONGEST_BLOCK  # cells take longer than words


def _offsets(text: str, parts: list[Part]) -> list[int]:
    """Where each part begins, in characters."""
    starts: list[int] = []
    line = offset = 0
    for part in parts:
        while line < part.line:
            offset = text.index("\n", offset) + 1
            line += 1
        starts.append(offset)
    return starts
