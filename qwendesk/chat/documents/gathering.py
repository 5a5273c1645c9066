"""Pages as they come in: cleaned, counted, and cut at the limits."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qwendesk.api.problem import Note
from qwendesk.chat.documents.document import Document, Kind, Page
from qwendesk.chat.documents.limits import MOST_CHARACTERS, MOST_PAGES

_NEWLINE = re.compile(r"\r\n?")
_COLOUR = re.compile(r"\x1b\[[0-9;:?]*[A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LOST = "\ufffd"


def clean(text: str) -> str:
    """The text with plain line ends, without control characters; what is no character becomes U+FFFD."""
    text = _NEWLINE.sub("\n", text)
    return _SURROGATE.sub(_LOST, _CONTROL.sub("", _COLOUR.sub("", text)))


class Gathering:
    """The pages and notes of one document, as long as there is room for them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.notes: list[Note] = []
        self.full = False
        self._pages: list[Page] = []
        self._room = MOST_CHARACTERS

    @property
    def following(self) -> int:
        """The number of the next page."""
        return len(self._pages) + 1

    @property
    def empty(self) -> list[int]:
        """The numbers of the pages without text."""
        return [page.number for page in self._pages if not page.text.strip()]

    def add(self, text: str) -> None:
        """The next page; nothing happens once the gathering is full."""
        if self.full:
            return
        if len(self._pages) == MOST_PAGES:
            self.cut(Note("document_pages_cut", {"name": self.name, "pages": MOST_PAGES}))
            return
        text = clean(text)
        self._pages.append(Page(self.following, text[: self._room]))
        if len(text) > self._room:
            self.cut(Note("document_cut", {"name": self.name, "characters": MOST_CHARACTERS}))
        self._room -= len(self._pages[-1].text)

    def add_all(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.add(text)

    def document(self, kind: Kind, language: str = "") -> Document:
        """What was gathered, with notes on lost characters and on a document without any text."""
        lost = sum(page.text.count(_LOST) for page in self._pages)
        if lost:
            self.notes.append(Note("document_characters_lost", {"name": self.name, "count": lost}))
        if not self.notes and len(self.empty) == len(self._pages):
            self.notes.append(Note("document_empty", {"name": self.name}))
        return Document(self.name, kind, tuple(self._pages), tuple(self.notes), language, not self.full)

    def cut(self, note: Note) -> None:
        """Take no more, and say why."""
        self.full = True
        self.notes.append(note)
