"""Whatever the bytes: a document or a Problem that has a sentence, and a text that can be sent."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.documents import written
from qwendesk.api.problem import Problem
from qwendesk.chat.documents import Document, as_prompt, read_document_bytes
from qwendesk.words.table import SENTENCES

_NAMES = st.sampled_from(["a", "a.txt", "a.py", "a.csv", "a.tsv", "a.md", "a.pdf", "a.docx"])
_MAGIC = st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"#!/bin/sh\n"])
_Change = tuple[float, bytes, int]
_CHANGES = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 20)),
    min_size=1,
    max_size=6,
)


def attach(name: str, data: bytes) -> str:
    """The prompt, or the id of the Problem, after a look at everything that was promised."""
    try:
        document = read_document_bytes(name, data)
    except Problem as problem:
        id = problem.id
    else:
        return checked(document)
    assert id in SENTENCES
    return id


def checked(document: Document) -> str:
    assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
    assert all(note.id in SENTENCES for note in document.notes)
    prompt = as_prompt(document)
    assert prompt.encode()
    assert "\0" not in prompt
    return prompt


def changed(data: bytes, changes: list[_Change]) -> bytes:
    """The bytes with some replaced, inserted or removed, at places that are shares of the length."""
    for share, new, length in changes:
        place = int(share * len(data))
        data = data[:place] + new + data[place + length :]
    return data


def _pdf() -> bytes:
    return written.pdf(written.line("One") + b" /X Do", written.line("Two"), form=written.line("Form"))


def _packed_pdf() -> bytes:
    return written.pdf(written.line("One"), written.line("Two"), compressed=True)


def _docx() -> bytes:
    file = docx.Document()
    file.add_heading("Report", 1)
    file.add_paragraph("item", style="List Number")
    file.add_table(2, 2)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


@settings(max_examples=300, deadline=None)
@given(_NAMES, _MAGIC, st.binary(max_size=400))
def test_any_bytes(name: str, magic: bytes, data: bytes) -> None:
    attach(name, magic + data)


@pytest.mark.parametrize("make", [_pdf, _packed_pdf, _docx])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES)
def test_changed_files(make: Callable[[], bytes], changes: list[_Change]) -> None:
    attach("a.bin", changed(make(), changes))


_PART = written.docx(
    written.paragraph("a", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    + '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
    + '<w:p><w:r><w:footnoteReference w:id="2"/><w:br w:type="page"/></w:r></w:p>',
    numbering='<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:lvlText w:val="%1."/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>',
    footnotes='<w:footnote w:id="2"><w:p/></w:footnote>',
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["word/document.xml", "word/numbering.xml", "word/footnotes.xml", "[Content_Types].xml"]),
    st.sampled_from(["0", "1", "2", "7", "w:p", "w:tc", "w:lvl", "w:val", "page", "%1.", "w:tbl", "/word"]),
    st.sampled_from(["", "-1", "99999999999", "x", "w:tr", "w:sdt", "w:numId", "w:txbxContent", "%9", "²"]),
)
def test_changed_parts(part: str, old: str, new: str) -> None:
    attach("a.docx", with_part(part, lambda text: text.replace(old.encode(), new.encode())))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["word/document.xml", "word/numbering.xml", "word/_rels/document.xml.rels"]), _CHANGES)
def test_damaged_parts(part: str, changes: list[_Change]) -> None:
    attach("a.docx", with_part(part, lambda text: changed(text, changes)))


def with_part(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The file with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(_PART)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return written.packed(files | {part: change(files[part])})


def test_the_files_that_are_changed_are_good() -> None:
    assert "[page 2]\nTwo" in attach("a.bin", _pdf())
    assert "[page 2]\nTwo" in attach("a.bin", _packed_pdf())
    assert "# Report\n\n1. item" in attach("a.bin", _docx())
    assert "1. a" in attach("a.docx", _PART)
