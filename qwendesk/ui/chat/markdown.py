"""Markdown to leaves, with markdown-it: CommonMark, tables and strikethrough, no HTML.

Reference definitions are off: a block then means the same whatever stands elsewhere, which is what
lets a streaming reply be read block by block. Importing markdown-it waits for the first reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from qwendesk.ui.chat.chunks import code_leaves
from qwendesk.ui.chat.inline import spans
from qwendesk.ui.chat.latex import LONGEST
from qwendesk.ui.chat.leaves import DONE, TO_DO, Leaf, Maths, Place, Prose, Rule, Spans
from qwendesk.ui.chat.tablereader import read_table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

NESTING = 40
"""Levels that are read; a block that goes deeper is shown as its source."""
DEEPEST = 8
"""Lists and quotes are indented up to here."""
_BOXES = {"[ ] ": TO_DO, "[x] ": DONE}


@dataclass(frozen=True, slots=True)
class Part:
    """A top-level block, or one item of a top-level list. `ordinal` is an ordered item's number.

    `raw`: too deep or too wide, so that its source is shown.
    """

    line: int
    kind: Literal["block", "table", "fence"]
    leaves: tuple[Leaf, ...]
    ordinal: int | None = None
    raw: bool = False


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    from qwendesk.ui.chat import linkrules, mathrules

    md = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING}).enable(["table", "strikethrough"])
    md.disable(["reference", "html_block", "html_inline"])
    mathrules.install(md)
    linkrules.install(md)
    return md


def parse(source: str, ordinal: int | None = None) -> list[Part]:
    """The parts of a text. `ordinal` numbers its first item where it goes on with an ordered list."""
    parts = _Reader(_parser().parse(source), ordinal).read()
    if any(part.raw for part in parts):
        lines = source.split("\n")
        ends = [part.line for part in parts[1:]] + [len(lines)]
        return [
            _raw(part, "\n".join(lines[part.line : end])) if part.raw else part
            for part, end in zip(parts, ends, strict=True)
        ]
    return parts


def _raw(part: Part, source: str) -> Part:
    """markdown-it drops what is nested too deeply; nothing that a model said may vanish."""
    return replace(part, leaves=tuple(code_leaves(Place(), "markdown", source.rstrip("\n") + "\n")))


class _Reader:
    """Walks markdown-it's tokens once, keeping the open containers."""

    def __init__(self, tokens: Sequence[Token], ordinal: int | None) -> None:
        self._tokens = tokens
        self._given = ordinal
        self._parts: list[Part] = []
        self._leaves: list[Leaf] = []
        self._start: int | None = None
        self._ordinal: int | None = None
        self._kind: Literal["block", "table", "fence"] = "block"
        self._lists: list[int | None] = []
        self._quotes = 0
        self._marker = ""
        self._raw = False

    def read(self) -> list[Part]:
        at = 0
        while at < len(self._tokens):
            at = self._token(self._tokens[at], at) + 1
        self._finish()
        return self._parts

    def _token(self, token: Token, at: int) -> int:
        kind = token.type
        self._raw |= token.level >= NESTING - 2
        if token.level == 0 and token.nesting >= 0 and not kind.endswith("_list_open"):
            self._begin(token)
        if kind.endswith("_list_open"):
            self._open_list(token)
        elif kind.endswith("_list_close"):
            self._lists.pop()
        elif kind == "list_item_open":
            self._open_item(token)
        elif kind == "list_item_close":
            self._flush_marker()
        elif kind.startswith("blockquote"):
            self._quotes += token.nesting
        elif kind == "table_open":
            return self._table(at)
        elif kind == "inline":
            level = int(self._tokens[at - 1].tag[1]) if self._tokens[at - 1].type == "heading_open" else 0
            words = self._task(spans(token.children or ()))
            self._leaves.append(Prose(self._place(), words, level))
        else:
            self._block(token)
        return at

    def _block(self, token: Token) -> None:
        if token.type == "hr":
            self._leaves.append(Rule(self._place()))
        elif token.type == "math_block":
            self._maths(token.content)
        elif token.type in ("fence", "code_block"):
            if token.level == 0 and token.type == "fence":
                self._kind = "fence"
            language = token.info.split()[0] if token.info.split() else ""
            self._leaves.extend(code_leaves(self._place(), language, token.content))

    def _maths(self, source: str) -> None:
        """What is too long to be drawn is shown as code, in pieces."""
        if len(source) <= LONGEST:
            self._leaves.append(Maths(self._place(), source))
        else:
            self._leaves.extend(code_leaves(self._place(), "LaTeX", source))

    def _task(self, words: Spans) -> Spans:
        """An item that begins with "[ ] " or "[x] " has a box for its marker."""
        if self._marker != "•" or not words:
            return words
        box = _BOXES.get(words[0].text[:4].lower())
        if box is None or words[0].mono or words[0].maths:
            return words
        self._marker = box
        return replace(words[0], text=words[0].text[4:]), *words[1:]

    def _begin(self, token: Token) -> None:
        self._finish()
        self._start = token.map[0] if token.map else 0
        self._ordinal, self._kind = None, "block"

    def _finish(self) -> None:
        if self._start is not None:
            self._parts.append(Part(self._start, self._kind, tuple(self._leaves), self._ordinal, self._raw))
        self._start, self._leaves, self._raw = None, [], False

    def _open_list(self, token: Token) -> None:
        number: int | None = None
        if token.type == "ordered_list_open":
            number = int(token.attrs.get("start", 1))
            if self._given is not None and token.level == 0 and not self._parts and self._start is None:
                number = self._given
        self._lists.append(number)

    def _open_item(self, token: Token) -> None:
        number = self._lists[-1]
        if token.level == 1 and len(self._lists) == 1 and not self._quotes:
            self._begin(token)
            self._ordinal = number
        self._flush_marker()
        self._marker = "•" if number is None else f"{number}."
        if number is not None:
            self._lists[-1] = number + 1

    def _flush_marker(self) -> None:
        """An item with nothing in it still shows its marker."""
        if self._marker:
            self._leaves.append(Prose(self._place(), ()))

    def _place(self) -> Place:
        marker, self._marker = self._marker, ""
        return Place(min(len(self._lists), DEEPEST), min(self._quotes, DEEPEST), marker)

    def _table(self, at: int) -> int:
        if self._tokens[at].level == 0:
            self._kind = "table"
        pieces, end = read_table(self._tokens, at, self._place())
        self._leaves.extend(pieces)
        self._raw |= not pieces
        return end
