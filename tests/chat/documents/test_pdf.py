"""PDF files: text by pages, and what hostile or damaged ones can and cannot do."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pypdf import PdfWriter

from chat.documents import written
from qwendesk.api.problem import Note, Problem
from qwendesk.chat.documents import Document, limits, read_document_bytes


def read(data: bytes) -> Document:
    return read_document_bytes("a.pdf", data)


def texts(document: Document) -> list[str]:
    return [page.text.strip() for page in document.pages]


def encrypted(user: str, algorithm: str) -> bytes:
    writer = PdfWriter(io.BytesIO(written.pdf(written.line("Secret"))))
    writer.encrypt(user, "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def nothing_is_said(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Neither logs, which must not quote files, nor warnings, nor output."""
    caplog.set_level(0)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield
    assert not [record for record in caplog.records if record.name.startswith("pypdf")]
    assert not warned
    assert capfd.readouterr() == ("", "")


def test_each_page_has_its_text() -> None:
    document = read(written.pdf(written.line("One"), written.line("Two"), compressed=True))
    assert [(page.number, page.text) for page in document.pages] == [(1, "One"), (2, "Two")]
    assert document.notes == ()


def test_more_pages_than_stay_in_memory() -> None:
    names = [f"Page {at}" for at in range(2 * limits.PAGES_IN_MEMORY + 3)]
    assert texts(read(written.pdf(*map(written.line, names), compressed=True))) == names


def test_ligatures_are_letters() -> None:
    font = b"/Encoding<</Differences[1/fi/ffl]>>"
    content = b"BT /F 12 Tf 10 50 Td <01> Tj (nd ba) Tj <02> Tj (e) Tj ET"
    assert texts(read(written.pdf(content, font=font))) == ["find baffle"]


def test_dots_that_lead_to_a_page_number_are_few() -> None:
    document = read(written.pdf(written.line("Fruit " + ". " * 60 + "7")))
    assert texts(document) == ["Fruit ... 7"]


def test_pages_without_text_are_named() -> None:
    pages = [b"0 0 m", written.line("Text"), b"", b"", b"", written.line("Text"), b""]
    document = read(written.pdf(*pages))
    assert document.notes == (Note("document_pages_empty", {"name": "a.pdf", "pages": "1, 3–5, 7"}),)
    assert len(document.pages) == 7


def test_a_page_that_fails_costs_only_itself() -> None:
    document = read(written.pdf(written.line("One"), b"[" * 5000, written.line("Three")))
    assert texts(document) == ["One", "", "Three"]
    assert [(note.id, note.arguments["pages"]) for note in document.notes] == [("document_pages_failed", "2")]


def test_a_stream_that_swells_is_given_up() -> None:
    bomb = b"%" + b"a" * (2 * limits.MOST_STREAM)
    data = written.pdf(written.line("One"), bomb, compressed=True)
    assert len(data) < limits.MOST_STREAM / 100
    document = read(data)
    assert texts(document) == ["One", ""]
    assert document.notes[0].id == "document_pages_failed"


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_SECONDS", -1.0)
    document = read(written.pdf(written.line("One"), b""))
    assert [(note.id, note.arguments["pages"]) for note in document.notes] == [
        ("document_pages_failed", "1–2")
    ]


def test_a_form_that_draws_itself_ends() -> None:
    content = written.line("Page") + b" /X Do"
    data = written.pdf(content, form=written.line("Form") + b" /X Do")
    assert "Page" in texts(read(data))[0]


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_passwords(algorithm: str) -> None:
    assert texts(read(encrypted("", algorithm))) == ["Secret"]
    with pytest.raises(Problem, match="document_locked"):
        read(encrypted("sesame", algorithm))


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n" + b"[" * 50_000, written.pdf(b"")[:200]])
def test_what_cannot_be_opened_is_broken(data: bytes) -> None:
    with pytest.raises(Problem, match="document_broken"):
        read(data)


def test_lone_surrogates_do_not_get_through() -> None:
    writer = PdfWriter(io.BytesIO(written.pdf(written.line("Axx"))))
    cmap = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <d83d> endbfchar"
    font = writer.pages[0]["/Resources"]["/Font"]["/F"]  # type: ignore[index]
    from pypdf.generic import NameObject, StreamObject

    stream = StreamObject()
    stream.set_data(cmap)
    font[NameObject("/ToUnicode")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    document = read(out.getvalue())
    assert document.pages[0].text.encode()


def test_a_reading_can_be_stopped_between_pages_and_within_one() -> None:
    data = written.pdf(*(written.line("One") for _ in range(9)))
    for after in range(40):
        answers = iter([False] * after)
        with pytest.raises(Problem, match="document_stopped"):
            read_document_bytes("a.pdf", data, lambda answers=answers: next(answers, True))  # type: ignore[misc]


def test_threads_do_not_disturb_each_other() -> None:
    files = [written.pdf(*(written.line(f"{at} of {file}") for at in range(9))) for file in range(6)]
    with ThreadPoolExecutor(3) as pool:
        for file, document in enumerate(pool.map(read, files)):
            assert texts(document) == [f"{at} of {file}" for at in range(9)]
