"""Reading a file as text: what it is, and who reads that."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.chat.documents.decoding import decode
from qwendesk.chat.documents.document import Document, Kind, Stop, heed, never
from qwendesk.chat.documents.gathering import Gathering
from qwendesk.chat.documents.kinds import kind_of
from qwendesk.chat.documents.limits import MOST_BYTES, MOST_PAGES
from qwendesk.chat.documents.table import read_table

_LONGEST_NAME = 200


def read_document(path: Path, stop: Stop = never) -> Document:
    """The file as text. Blocks; `stop` is asked between pages, from the same thread.

    Raises:
        Problem: `document_inaccessible`, or those of `read_document_bytes`.
    """
    name = shown_name(path.name)
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):  # a pipe would keep us waiting
            raise Problem("document_not_a_file", name=name)
        _check_size(name, facts.st_size)
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise Problem("document_inaccessible", name=name, detail=detail) from error
    return read_document_bytes(name, data, stop)


def read_document_bytes(name: str, data: bytes, stop: Stop = never) -> Document:
    """The same from a file's bytes; its name tells apart what the content does not.

    Raises:
        Problem: `document_too_large`; `document_unreadable` for a format that holds no text;
            `document_locked` where a password is needed; `document_broken`; `document_stopped`.
    """
    name = shown_name(name)
    _check_size(name, len(data))
    heed(stop, name)
    kind, language = kind_of(name, data)
    gathering = Gathering(name)
    if kind == "pdf":
        from qwendesk.chat.documents.pdffile import read_pdf

        return read_pdf(gathering, data, stop)
    if kind == "docx":
        from qwendesk.chat.documents.docxfile import read_docx

        return read_docx(gathering, data, stop)
    return _read_text(gathering, data, kind, language, stop)


def shown_name(name: str) -> str:
    """A file's name without folders, in one line that can be shown and sent."""
    last = re.split(r"[/\\]", name)[-1]
    plain = last.encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())[:_LONGEST_NAME] or "file"


def _check_size(name: str, size: int) -> None:
    if size > MOST_BYTES:
        raise Problem("document_too_large", name=name, size=size, most=MOST_BYTES)


def _read_text(gathering: Gathering, data: bytes, kind: Kind, language: str, stop: Stop) -> Document:
    text, notes = decode(gathering.name, data)
    gathering.notes.extend(notes)
    if kind == "table":
        return read_table(gathering, text, language, stop)
    # Form feeds are the page breaks of plain text.
    gathering.add_all(text.split("\f", MOST_PAGES) if kind == "text" else [text])
    return gathering.document(kind, language)
