"""Texts that models are measured on: a small set of our own, and any file of the user's."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass, field
from pathlib import Path

from qwendesk.api.problem import Note, Problem
from qwendesk.api.words import N_
from qwendesk.chat.documents.decoding import decode
from qwendesk.chat.documents.kinds import kind_of
from qwendesk.system.paths import resources

MOST_BYTES = 50_000_000
"""About ten million tokens: a month of reading for a slow computer."""
TITLES = {
    "english": N_("English"),
    "chinese": N_("Chinese"),
    "korean": N_("Korean"),
    "code": N_("Code"),
    "mathematics": N_("Mathematics"),
}
"""The bundled texts by name, in the order in which they are shown; titles are translated by the faces."""
_NO_TEXT = ("pdf", "docx")
_LOST = "\ufffd"


@dataclass(frozen=True, slots=True)
class Text:
    """A text under the name that tables give it.

    Args:
        sha256: of the text in UTF-8, so that a copy in another place or encoding is the same text.
        notes: what a person should know about how it was read.
    """

    name: str
    title: str
    text: str = field(repr=False)
    sha256: str
    notes: tuple[Note, ...] = ()


def bundled() -> tuple[Text, ...]:
    """Those that come with QwenDesk. Raises Problem `resources_missing`."""
    return tuple(_bundled(name) for name in TITLES)


def find(wanted: str) -> Text:
    """A bundled text by its name, or else the file at this path. Raises like `bundled` and `read`."""
    return _bundled(wanted.lower()) if wanted.lower() in TITLES else read(Path(wanted))


def read(path: Path) -> Text:
    """A user's own file, in any usual encoding; line ends stay as they are.

    Raises:
        Problem: `text_unknown` (name, known) where there is no such file, `file_unreadable` (path, detail),
            `text_too_large` (path, size, most), `text_no_text` (path, detail), `text_blank` (path).
    """
    data = _bytes(path)
    text, notes = _decoded(path, data)
    if not text.strip():
        raise Problem("text_blank", path=str(path))
    return _text(path.name, path.name, text, notes)


def _bundled(name: str) -> Text:
    path = resources() / "lab" / "texts" / f"{name}.txt"
    try:
        return _text(name, TITLES[name], path.read_bytes().decode())
    except OSError as error:
        raise Problem("resources_missing", path=str(path)) from error


def _text(name: str, title: str, text: str, notes: tuple[Note, ...] = ()) -> Text:
    return Text(name, title, text, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), notes)


def _bytes(path: Path) -> bytes:
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):  # a pipe would keep us waiting
            raise Problem("file_unreadable", path=str(path), detail="it is no regular file")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise Problem("text_unknown", name=str(path), known=", ".join(TITLES)) from error
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise Problem("file_unreadable", path=str(path), detail=detail) from error
    if len(data) > MOST_BYTES:
        raise Problem("text_too_large", path=str(path), size=facts.st_size, most=MOST_BYTES)
    return data


def _decoded(path: Path, data: bytes) -> tuple[str, tuple[Note, ...]]:
    try:
        kind, _language = kind_of(path.name, data)
        text, guesses = decode(path.name, data)
    except Problem as problem:
        detail = str(problem.arguments.get("detail", "password"))
        raise Problem("text_no_text", path=str(path), detail=detail) from problem
    if kind in _NO_TEXT or "\0" in text:
        detail = kind.upper() if kind in _NO_TEXT else "binary"
        raise Problem("text_no_text", path=str(path), detail=detail)
    notes = [
        Note("text_encoding_guessed", {"path": str(path), "encoding": one.arguments["encoding"]})
        for one in guesses
    ]
    if lost := text.count(_LOST) - data.count(_LOST.encode()):
        notes.append(Note("text_characters_lost", {"path": str(path), "count": lost}))
    return text, tuple(notes)
