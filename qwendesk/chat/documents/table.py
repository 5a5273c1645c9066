"""A table as it stands in its file, whole rows from the first on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from qwendesk.api.problem import Note
from qwendesk.chat.documents.document import Document, Stop, heed
from qwendesk.chat.documents.gathering import Gathering, clean
from qwendesk.chat.documents.limits import MOST_ROWS

_SAMPLE = 1 << 13  # the sniffer's time grows with the square
_DELIMITERS = ",;\t|"
_STRIDE = 1000

_Dialect = type[csv.Dialect] | csv.Dialect


def read_table(gathering: Gathering, text: str, language: str, stop: Stop) -> Document:
    """The table; a note says how many rows beyond `MOST_ROWS` (the header is one of them) were left out."""
    text = clean(text)
    dialect = _dialect(text, language)
    try:
        end, left = _measure(gathering.name, _rows(text, dialect), stop)
    except csv.Error:  # a field without an end: then each line is a row
        end, left = _measure(gathering.name, _lines(text), stop)
    gathering.add(text[:end])
    if left:
        gathering.cut(Note("document_rows_cut", {"name": gathering.name, "kept": MOST_ROWS, "left": left}))
    return gathering.document("table", "tsv" if dialect.delimiter == "\t" else "csv")


def _dialect(text: str, language: str) -> _Dialect:
    try:
        return csv.Sniffer().sniff(text[:_SAMPLE], _DELIMITERS)
    except csv.Error:
        return csv.excel_tab if language == "tsv" else csv.excel


def _rows(text: str, dialect: _Dialect) -> Iterator[int]:
    """Where each row ends that is not empty."""
    source = io.StringIO(text)
    for row in csv.reader(source, dialect):
        if row:
            yield source.tell()


def _lines(text: str) -> Iterator[int]:
    source = io.StringIO(text)
    for line in source:
        if line.strip():
            yield source.tell()


def _measure(name: str, ends: Iterator[int], stop: Stop) -> tuple[int, int]:
    """Where the last kept row ends, and how many follow it."""
    end = count = 0
    for count, at in enumerate(ends, 1):
        if count <= MOST_ROWS:
            end = at
        if count % _STRIDE == 0:
            heed(stop, name)
    return end, max(0, count - MOST_ROWS)
