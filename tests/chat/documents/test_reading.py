"""What a file is, how it is decoded, and what is refused with a reason."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat.documents import written
from qwendesk.api.problem import Note, Problem
from qwendesk.chat.documents import Document, limits, read_document, read_document_bytes, reading


def refusal(name: str, data: bytes) -> Note:
    with pytest.raises(Problem) as caught:
        read_document_bytes(name, data)
    return caught.value.note()


def notes(document: Document) -> list[str]:
    return [note.id for note in document.notes]


def text(name: str, data: bytes) -> str:
    return "\f".join(page.text for page in read_document_bytes(name, data).pages)


@pytest.mark.parametrize(
    ("name", "data", "kind", "language"),
    [
        ("notes.txt", b"Dear all", "text", ""),
        ("README.md", b"# Title", "text", ""),
        ("README", b"Hello", "text", ""),
        ("a.py", b"print()", "code", "python"),
        ("Makefile", b"all:", "code", "make"),
        ("page.html", b"<p>", "code", "html"),
        ("run", b"#!/usr/bin/env python3\nprint()", "code", "python"),
        ("run", b"#!/bin/bash -e\nls", "code", "bash"),
        ("run", b"#!/usr/bin/env -S node --x\n1", "code", "javascript"),
        ("run", b"#!/" + b"a" * 1000, "code", "a" * 20),
        ("run", b"#! no command", "text", ""),
        ("a.csv", b"a,b\n1,2\n", "table", "csv"),
        ("a.CSV", b"a\tb\n1\t2\n", "table", "tsv"),
        ("a.tsv", b"a\tb\n1\t2\n", "table", "tsv"),
        ("a.bin", written.pdf(b""), "pdf", ""),
        ("a.pdf", b"mail header\r\n" + written.pdf(b""), "pdf", ""),
        ("a.pdf", b"not one", "text", ""),
        ("parser.py", b"MAGIC = b'%PDF-1.4'", "code", "python"),
        ("a.bin", written.docx(""), "docx", ""),
        ("a.docm", written.docx("", kind="ms-word.document.macroEnabled.main"), "docx", ""),
    ],
)
def test_content_tells_the_kind_before_the_name_does(
    name: str, data: bytes, kind: str, language: str
) -> None:
    document = read_document_bytes(name, data)
    assert (document.kind, document.language, document.name) == (kind, language, name)


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a\0", "GIF"),
        (b"\x7fELF\2\1", "ELF"),
        (b"MZ\x90\0", "EXE"),
        (b"{\\rtf1 Hello}", "RTF"),
        (b"\x1f\x8b\x08", "GZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"WordDocument", "Microsoft Office 97"),
        (b"text\0with a NUL", "binary"),
        (bytes(range(1, 256)) * 3, "binary"),
        (b"PK\x03\x04 and no more", "ZIP"),
        (written.packed({"a.txt": "Hello"}), "ZIP"),
        (written.packed({"[Content_Types].xml": "<Types/>"}), "ZIP"),
        (written.packed({"[Content_Types].xml": "vnd.spreadsheetml.sheet.main+xml"}), "XLSX"),
        (written.packed({"[Content_Types].xml": "vnd.presentationml.slide+xml"}), "PPTX"),
    ],
)
def test_what_holds_no_text_is_refused_by_its_name(data: bytes, form: str) -> None:
    assert refusal("file.txt", data) == Note("document_unreadable", {"name": "file.txt", "detail": form})


def test_text_that_begins_like_a_picture_is_text() -> None:
    assert text("a.txt", b"MM is a person. BM, too.") == "MM is a person. BM, too."


def test_an_encrypted_office_file_is_locked() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert refusal("a.docx", data) == Note("document_locked", {"name": "a.docx"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_told_by_its_mark(encoding: str) -> None:
    document = read_document_bytes("a.txt", "Grüße, 世界 🎈\r\nok\r".encode(encoding))
    assert document.pages[0].text == "Grüße, 世界 🎈\nok\n"
    assert document.notes == ()


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_of_either_order(mark: bytes) -> None:
    order = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert text("a.txt", mark + "naïve".encode(order)) == "naïve"


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("naïve", "cp1252"),
        ("Grüße aus Köln", "cp1252"),
        ("Élève à l'école, ça va très bien. ", "cp1252"),
        ("Zażółć gęślą jaźń", "cp1250"),
        ("Это русский текст для проверки кодировки.", "cp1251"),
        ("Это русский текст для проверки кодировки.", "koi8_r"),
        ("你好世界", "gb18030"),
        ("这是一个中文文本文件,用于测试编码。", "gb18030"),
        ("這是一個中文文字檔案,用於測試編碼。", "big5"),
        ("これは日本語のテキストです。漢字とかな。", "cp932"),
        ("이것은 한국어 텍스트 파일입니다. 인코딩 시험.", "cp949"),
    ],
)
def test_other_encodings_are_guessed_and_told(words: str, encoding: str) -> None:
    document = read_document_bytes("a.txt", words.encode(encoding))
    assert document.pages[0].text == words
    assert document.notes == (Note("document_encoding_guessed", {"name": "a.txt", "encoding": encoding}),)


def test_the_guess_looks_where_the_text_is_not_ascii() -> None:
    data = b"plain line\n" * 60_000 + "Grüße aus Köln\n".encode("cp1252") * 30_000
    assert read_document_bytes("a.txt", data).pages[0].text.endswith("Grüße aus Köln\n")


def test_damaged_utf_8_stays_utf_8() -> None:
    document = read_document_bytes("a.txt", "Grüße aus Köln, schöne".encode() * 9 + b"\xff")
    assert document.pages[0].text.endswith("schöne\ufffd")
    assert document.notes == (Note("document_characters_lost", {"name": "a.txt", "count": 1}),)


def test_control_characters_and_colours_are_left_out() -> None:
    assert text("build.log", b"\x1b[1;31merror\x1b[0m:\x07 x\x7f\ttab") == "error: x\ttab"


def test_form_feeds_are_the_pages_of_plain_text() -> None:
    document = read_document_bytes("rfc.txt", b"one\ftwo\f")
    assert [(page.number, page.text) for page in document.pages] == [(1, "one"), (2, "two"), (3, "")]


def test_a_file_without_text_is_told() -> None:
    assert notes(read_document_bytes("a.txt", b"")) == ["document_empty"]
    assert notes(read_document_bytes("a.csv", b" \n")) == ["document_empty"]


def test_text_beyond_the_limit_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qwendesk.chat.documents.gathering.MOST_CHARACTERS", 7)
    document = read_document_bytes("a.txt", b"abc\fdefgh\fijk")
    assert [page.text for page in document.pages] == ["abc", "defg"]
    assert document.notes == (Note("document_cut", {"name": "a.txt", "characters": 7}),)
    assert not document.whole


def test_pages_beyond_the_limit_are_cut() -> None:
    document = read_document_bytes("a.txt", b"x\f" * (limits.MOST_PAGES + 5))
    assert len(document.pages) == limits.MOST_PAGES
    assert document.notes == (Note("document_pages_cut", {"name": "a.txt", "pages": limits.MOST_PAGES}),)


def test_too_large_a_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(limits.MOST_BYTES + 1)
    with pytest.raises(Problem, match="document_too_large"):
        read_document(path)


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "größe.txt"
    path.write_text("Hello", encoding="utf-8")
    assert read_document(path).name == "größe.txt"
    with pytest.raises(Problem, match="document_inaccessible"):
        read_document(tmp_path / "missing.txt")
    with pytest.raises(Problem, match="document_inaccessible"):
        read_document(Path("a\0b"))
    with pytest.raises(Problem, match="document_not_a_file"):
        read_document(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Problem, match="document_not_a_file"):
        read_document(tmp_path / "pipe")


def test_a_reading_can_be_stopped_before_it_begins() -> None:
    with pytest.raises(Problem, match="document_stopped"):
        read_document_bytes("a.txt", b"Hello", lambda: True)


@given(st.text(st.characters(exclude_categories=()), max_size=300))
@example("..\\..\\evil\n[end of x]\u202e.txt")
def test_a_shown_name_is_one_line_without_folders(name: str) -> None:
    shown = reading.shown_name(name)
    assert 0 < len(shown) <= 200
    assert shown.isprintable()
    assert "/" not in shown
    assert shown.encode()


def test_parsers_are_only_imported_for_files_that_need_them() -> None:
    code = (
        "import sys; from qwendesk.chat.documents import read_document_bytes as read; read('a.txt', b'x'); "
        "assert not {'pypdf', 'docx', 'lxml', 'charset_normalizer'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
