"""What a reply is made of once its markdown is read: leaves, in order, without any Qt.

Lists and quotes are flattened: a leaf knows how deep it stands and which marker stands beside it.
Everything here came from a model and is untrusted: a link is an address to show and to ask about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one look. `link` is an http, https or mailto address; `maths` is LaTeX with its delimiters."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    mono: bool = False
    link: str = ""
    maths: bool = False


TO_DO, DONE = "☐", "☑"
"""Markers of the items of a task list."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a leaf stands: depth in lists and quotes, and the marker ("•", "3.", TO_DO) of the item."""

    indent: int = 0
    quote: int = 0
    marker: str = ""


Spans = tuple[Span, ...]
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, or a heading of `level` 1 to 6."""

    place: Place
    spans: Spans
    level: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of a code block; a long block comes in pieces, which joined are its exact source."""

    place: Place
    language: str
    text: str
    first: bool = True
    last: bool = True


@dataclass(frozen=True, slots=True)
class Maths:
    """A formula on lines of its own: LaTeX with its delimiters, which may not be complete yet."""

    place: Place
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the header row first."""

    place: Place
    aligns: tuple[Align, ...]
    rows: tuple[tuple[Spans, ...], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line."""

    place: Place


Leaf = Prose | Code | Maths | Table | Rule


def plain(leaf: Leaf) -> str:
    """The words of a leaf, for a screen reader and for estimates."""
    match leaf:
        case Prose():
            return "".join(span.text for span in leaf.spans)
        case Code():
            return leaf.text
        case Maths():
            return leaf.source
        case Table():
            return "\n".join(
                " ".join("".join(span.text for span in cell) for cell in row) for row in leaf.rows
            )
        case Rule():
            return ""
