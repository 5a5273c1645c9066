"""DOCX files: what a person sees in them, in order, and nothing that unfolds without end."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
import zlib

import docx
import pytest
from docx.enum.text import WD_BREAK

from chat.documents import written
from chat.documents.written import paragraph, run
from qwendesk.api.problem import Note, Problem
from qwendesk.chat.documents import Document, as_prompt, limits, read_document_bytes

BREAK = '<w:r><w:br w:type="page"/></w:r>'
RENDERED = "<w:r><w:lastRenderedPageBreak/></w:r>"


def read(data: bytes) -> Document:
    return read_document_bytes("a.docx", data)


def pages(body: str, **parts: str) -> list[str]:
    return [page.text for page in read(written.docx(body, **parts)).pages]


def numbered(list_id: int, level: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


def level(at: int, form: str, pattern: str, start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def lists(*levels: str, more: str = "") -> str:
    return (
        f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="7"/>{more}</w:num>'
    )


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


def refusal(data: bytes) -> str:
    with pytest.raises(Problem) as caught:
        read(data)
    return caught.value.id


def test_a_file_as_programs_write_it() -> None:
    file = docx.Document()
    file.add_heading("Report", 0)
    file.add_heading("Fruit", 2)
    file.add_paragraph("Two kinds:")
    file.add_paragraph("apples", style="List Bullet")
    file.add_paragraph("pears", style="List Bullet")
    file.add_paragraph("wash", style="List Number")
    file.add_paragraph("eat", style="List Number")
    table = file.add_table(2, 3)
    for cell, text in zip(table._cells, ["kind", "colour", "", "apple", "red|green", "x"], strict=True):
        cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    turning = file.add_paragraph("the end")
    turning.add_run().add_break(WD_BREAK.PAGE)
    turning.add_run("and on")
    out = io.BytesIO()
    file.save(out)
    assert as_prompt(read(out.getvalue())).splitlines() == [
        *("[file: a.docx]", "[page 1]", "# Report", "", "## Fruit", "", "Two kinds:", ""),
        *("- apples", "- pears", "1. wash", "2. eat", ""),
        *("| kind | colour |  |", "| --- | --- | --- |", "| apple | red\\|green | x |", ""),
        *("the end", "[page 2]", "and on", "[end of a.docx]"),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<w:p>{run('a')}{BREAK}{run('b')}</w:p>", ["a", "b"]),
        (paragraph("a") + paragraph("b", "<w:pageBreakBefore/>"), ["a", "b"]),
        (paragraph("a") + paragraph("b", '<w:pageBreakBefore w:val="0"/>'), ["a\n\nb"]),
        (paragraph("a", "<w:sectPr/>") + paragraph("b"), ["a", "b"]),
        (paragraph("a", '<w:sectPr><w:type w:val="continuous"/></w:sectPr>') + paragraph("b"), ["a\n\nb"]),
        (f"<w:p>{run('a')}{RENDERED}{run('b')}</w:p>", ["a", "b"]),
        (f"<w:p>{run('a')}{BREAK}</w:p><w:p>{RENDERED}{run('b')}</w:p>", ["a", "b"]),
        (f"<w:p>{run('a')}{BREAK}{BREAK}{run('b')}</w:p>", ["a", "", "b"]),
        (f"<w:p>{run('a')}{BREAK}</w:p>", ["a"]),
    ],
)
def test_pages_end_where_the_file_says(body: str, expected: list[str]) -> None:
    assert pages(body) == expected


def test_rows_that_begin_a_page() -> None:
    turned = f"<w:p>{RENDERED}{run('c')}</w:p>"
    body = f"<w:tbl>{row(paragraph('a'), paragraph('b'))}{row(turned, turned)}</w:tbl>"
    assert pages(body) == ["| a | b |\n| --- | --- |", "| c | c |"]


def test_numbers_are_those_that_a_person_sees() -> None:
    numbering = lists(
        level(0, "upperRoman", "Article %1"),
        level(1, "decimal", "%1.%2."),
        level(2, "lowerLetter", "(%3)", 26),
    )
    items = [(0, "a"), (1, "b"), (1, "c"), (2, "d"), (2, "e"), (0, "f"), (1, "g")]
    body = "".join(paragraph(text, numbered(1, at)) for at, text in items)
    assert pages(body, numbering=numbering) == [
        "Article I a\n  I.1. b\n  I.2. c\n    (z) d\n    (aa) e\nArticle II f\n  II.1. g"
    ]


def test_lists_of_one_kind_count_on_or_start_anew() -> None:
    body = "".join(paragraph(text, numbered(at, 0)) for at, text in [(1, "a"), (2, "b"), (2, "c")])
    decimal = level(0, "decimal", "%1)")
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    assert pages(body, numbering=lists(decimal)) == ["1) a\n2) b\n3) c"]
    assert pages(body, numbering=lists(decimal, more=anew)) == ["1) a\n5) b\n6) c"]


def test_headings_by_style_and_by_outline_with_their_numbers() -> None:
    styles = (
        '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/>'
        f"<w:pPr>{numbered(1, 0)}</w:pPr></w:style>"
        '<w:style w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="berschrift1"/></w:style>'
        '<w:style w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>'
    )
    body = (
        paragraph("a", '<w:pStyle w:val="berschrift1"/>')
        + paragraph("b", '<w:pStyle w:val="Own"/>')
        + paragraph("c", '<w:outlineLvl w:val="2"/>')
        + paragraph("d", '<w:outlineLvl w:val="9"/><w:pStyle w:val="Loop"/>')
    )
    assert pages(body, styles=styles, numbering=lists(level(0, "decimal", "%1."))) == [
        "# 1. a\n\n# 2. b\n\n### c\n\nd"
    ]


@pytest.mark.parametrize(
    ("inside", "seen"),
    [
        (f"<w:ins>{run('new')}</w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>", "new"),
        (f"<w:hyperlink>{run('link')}</w:hyperlink>", "link"),
        (f"<w:sdt><w:sdtPr><w:t>no</w:t></w:sdtPr><w:sdtContent>{run('in')}</w:sdtContent></w:sdt>", "in"),
        (f"{run('a')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>", "a"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>a</w:t></w:r>', "a"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/></w:r>", "a\tb\nc-"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r>" + run("7"), "7"),
        (
            "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>"
            f"{paragraph('box')}</w:txbxContent></mc:Choice><mc:Fallback>{run('box')}</mc:Fallback>"
            f"</mc:AlternateContent></w:r><!-- no -->{run(' text')}",
            "box text",
        ),
    ],
)
def test_what_a_person_sees_is_what_the_model_gets(inside: str, seen: str) -> None:
    assert pages(f"<w:p>{inside}</w:p>") == [seen]


def test_content_controls_around_paragraphs_and_rows() -> None:
    wrapped = f"<w:sdt><w:sdtContent>{paragraph('a')}</w:sdtContent></w:sdt>"
    rows = row(paragraph("b"), paragraph("c")) + f"<w:ins>{row(paragraph('d'), paragraph('e'))}</w:ins>"
    assert pages(f"{wrapped}<w:tbl>{rows}</w:tbl>") == ["a\n\n| b | c |\n| --- | --- |\n| d | e |"]


def test_a_table_of_one_cell_is_a_frame() -> None:
    assert pages(f"<w:tbl>{row(paragraph('a') + paragraph('b'))}</w:tbl>") == ["a\n\nb"]


def test_footnotes_stand_at_the_foot_of_their_page() -> None:
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    last = '<w:r><w:endnoteReference w:id="2"/></w:r>'
    body = f"<w:p>{run('a')}{mark}{mark}{BREAK}{run('b')}{mark}{last}</w:p>"
    footnotes = f'<w:footnote w:id="2">{paragraph("below")}</w:footnote>'
    endnotes = f'<w:endnote w:id="2">{paragraph("last")}</w:endnote>'
    assert pages(body, footnotes=footnotes, endnotes=endnotes) == [
        "a[^2][^2]\n\n[^2]: below",
        "b[^2][^e2]\n\n[^e2]: last",
    ]


def test_no_text_is_told() -> None:
    assert read(written.docx("")).notes == (Note("document_empty", {"name": "a.docx"}),)


@pytest.mark.parametrize(
    "data",
    [
        written.docx(paragraph("&a;"), head='<!DOCTYPE x [<!ENTITY a "b">]>'),
        written.docx("<w:p>"),
        written.docx("<w:sdt>" * 2000 + "</w:sdt>" * 2000),
        written.packed({"[Content_Types].xml": "wordprocessingml."}),
        written.docx(paragraph("a"))[:-100],
        b"PK\x03\x04",
    ],
)
def test_what_cannot_be_read_is_broken(data: bytes) -> None:
    assert refusal(data) == "document_broken"


def test_what_swells_is_refused_before_it_does() -> None:
    data = written.docx(" " * limits.MOST_XML)
    assert len(data) < limits.MOST_XML / 100
    assert refusal(data) == "document_too_large"


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qwendesk.chat.documents.docxpackage.MOST_MEMBERS", 3)
    assert refusal(written.docx("")) == "document_broken"


def test_a_reading_can_be_stopped() -> None:
    data = written.docx(paragraph("a") * 9)
    for after in range(10):
        answers = iter([False] * after)
        with pytest.raises(Problem, match="document_stopped"):
            read_document_bytes("a.docx", data, lambda answers=answers: next(answers, True))  # type: ignore[misc]


def test_a_member_that_unpacks_to_more_than_it_says_is_not_unpacked() -> None:
    true, claimed = b"<" + b" " * 99_999_999, b"<" + b" " * 99
    data = written.packed({"[Content_Types].xml": "wordprocessingml.", "x": true.decode()})
    for old, new in ((len(true), len(claimed)), (zlib.crc32(true), zlib.crc32(claimed))):
        assert data.count(old.to_bytes(4, "little")) == 2
        data = data.replace(old.to_bytes(4, "little"), new.to_bytes(4, "little"))
    tracemalloc.start()
    try:
        refusal(data)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_pictures_are_not_unpacked() -> None:
    picture = '<Relationship Id="p" Type="x/image" Target="media/p.png"/>'
    with zipfile.ZipFile(io.BytesIO(written.docx(paragraph("a")))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    files["[Content_Types].xml"] = files["[Content_Types].xml"].replace(
        "<Override", '<Default Extension="png" ContentType="image/png"/><Override', 1
    )
    files["word/_rels/document.xml.rels"] = files["word/_rels/document.xml.rels"].replace(
        "></Relationships>", f">{picture}</Relationships>"
    )
    files["word/media/p.png"] = "\x89PNG" + "x" * limits.MOST_XML
    files["word/media/p.svg"] = "<!DOCTYPE svg><svg/>"
    assert read(written.packed(files)).pages[0].text == "a"


def test_other_ways_of_packing_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("[Content_Types].xml", "wordprocessingml." * 100)
    assert refusal(out.getvalue()) == "document_broken"
