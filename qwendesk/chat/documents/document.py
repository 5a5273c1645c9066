"""What was read from a file: its pages of text, and notes on what could not be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from qwendesk.api.problem import Note, Problem

Kind = Literal["text", "code", "table", "pdf", "docx"]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Page:
    """The text of one page. Numbers count from 1, as a reader of the file counts them."""

    number: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A file as text.

    Args:
        name: of the file, without its folder, in one line.
        pages: in order. A page without text is there with an empty text; a kind without pages has one.
        notes: what a person should know: pages without text, lost characters, what was left out.
        language: of code or a table, as it stands behind a Markdown fence; empty where there is none.
        whole: False where a limit cut the end off.
    """

    name: str
    kind: Kind
    pages: tuple[Page, ...]
    notes: tuple[Note, ...] = ()
    language: str = ""
    whole: bool = True


def never() -> bool:
    """Nobody stops the reading."""
    return False


def heed(stop: Stop, name: str) -> None:
    """Raise `document_stopped` once somebody asked for it."""
    if stop():
        raise Problem("document_stopped", name=name)
