"""DOCX files: paragraphs, headings, lists and tables in order, as a word processor would show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from docx.oxml.ns import qn

from qwendesk.api.problem import Problem
from qwendesk.chat.documents.document import Document, Stop, heed
from qwendesk.chat.documents.docxinline import Break, NoteMark, Piece, inline, through
from qwendesk.chat.documents.docxpackage import Element, Parts, open_parts, value
from qwendesk.chat.documents.docxstyles import Numbering, Styles
from qwendesk.chat.documents.docxtable import rows
from qwendesk.chat.documents.gathering import Gathering


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or a row of a table. Tight ones follow each other without an empty line."""

    text: str
    tight: str = ""


def read_docx(gathering: Gathering, data: bytes, stop: Stop) -> Document:
    """The text, in pages where the file has page breaks; headings, lists and tables as in Markdown.

    Raises:
        Problem: `document_too_large`, `document_broken`, `document_stopped`.
    """
    parts = open_parts(gathering.name, data)
    try:
        _Reader(parts, gathering, stop).read()
    except Problem:
        raise
    except Exception as error:  # a tree may be nested deeper than anyone can follow
        detail = (str(error) or type(error).__name__)[:200]
        raise Problem("document_broken", name=gathering.name, detail=detail) from error
    return gathering.document("docx")


class _Reader:
    def __init__(self, parts: Parts, gathering: Gathering, stop: Stop) -> None:
        self._parts = parts
        self._gathering = gathering
        self._stop = stop
        self._styles = Styles(parts)
        self._numbering = Numbering(parts)
        self._page: list[_Block] = []
        self._marks: list[NoteMark] = []
        self._noted: set[NoteMark] = set()

    def read(self) -> None:
        for one in self._blocks(self._parts.body):
            if self._gathering.full:
                return
            heed(self._stop, self._gathering.name)
            if isinstance(one, _Block):
                self._page.append(one)
            elif one is Break.EXPLICIT or self._page:
                # Word also marks where its layout broke; right behind a break that is the same one again.
                self._turn()
        if self._page or self._gathering.following == 1:
            self._turn()

    def _turn(self) -> None:
        """The page is complete; the notes referred to on it stand at its foot."""
        marks, self._marks = self._marks, []
        new = [mark for mark in dict.fromkeys(marks) if mark not in self._noted]
        self._noted.update(new)
        notes = [_Block(f"{mark}: {self._note(mark)}", "note") for mark in new]
        self._gathering.add(_joined([*self._page, *notes]))
        self._page = []

    def _note(self, mark: NoteMark) -> str:
        found = self._parts.notes.get((mark.kind, mark.id))
        if found is None:
            return ""
        return " ".join(one.text for one in self._blocks(found) if isinstance(one, _Block))

    def _blocks(self, container: Element) -> Iterator[_Block | Break]:
        for node in through(container):
            if node.tag == qn("w:p"):
                yield from self._paragraph(node)
            elif node.tag == qn("w:tbl"):
                yield from self._table(node)

    def _paragraph(self, node: Element) -> Iterator[_Block | Break]:
        if self._styles.breaks_before(node):
            yield Break.EXPLICIT
        prefix, tight = self._prefix(node)
        for one in self._spans(inline(node)):
            if isinstance(one, str):
                yield _Block(prefix + one, tight)
                prefix = ""
            else:
                yield one
        if _ends_section(node):
            yield Break.EXPLICIT

    def _spans(self, pieces: Iterable[Piece]) -> Iterator[str | Break]:
        """Text joined up to the next break; nothing where it is only white space."""
        text = ""
        for piece in pieces:
            if isinstance(piece, Break):
                if text.strip():
                    yield text.strip()
                yield piece
                text = ""
            elif isinstance(piece, NoteMark):
                self._marks.append(piece)
                text += str(piece)
            else:
                text += piece
        if text.strip():
            yield text.strip()

    def _prefix(self, node: Element) -> tuple[str, str]:
        place = self._styles.list_place(node)
        heading = self._styles.heading(node)
        label = self._numbering.label(*place) + " " if place else ""
        if heading:
            return "#" * min(heading, 6) + " " + label.lstrip("- "), ""
        return (" " * (2 * place[1]) + label.lstrip(), "list") if place else ("", "")

    def _table(self, table: Element) -> Iterator[_Block | Break]:
        found = list(rows(table))
        if len(found) == 1 and len(found[0]) == 1:  # a frame around text
            yield from self._blocks(found[0][0].node)
            return
        for at, row in enumerate(found):
            heed(self._stop, self._gathering.name)
            cells = [[*self._blocks(cell.node)] for cell in row]
            # The cells of a row break side by side: what counts is the one with the most.
            breaks = ([one for one in cell if isinstance(one, Break)] for cell in cells)
            yield from max(breaks, key=len, default=[])
            columns: list[str] = []
            for cell, blocks in zip(row, cells, strict=True):
                columns.append(" ".join(one.text for one in blocks if isinstance(one, _Block)))
                columns.extend([""] * (cell.span - 1))
            yield _Block(_row(columns), "table")
            if at == 0:
                yield _Block(_row(["---"] * len(columns)), "table")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


def _ends_section(paragraph: Element) -> bool:
    section = paragraph.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
    return section is not None and value(section, "w:type") not in ("continuous", "nextColumn")


def _joined(blocks: list[_Block]) -> str:
    text, before = [], None
    for block in blocks:
        if before is not None:
            text.append("\n" if block.tight and block.tight == before.tight else "\n\n")
        text.append(block.text)
        before = block
    return "".join(text)
