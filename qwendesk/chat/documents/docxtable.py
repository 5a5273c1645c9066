"""The rows of a table in a DOCX file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docx.oxml.ns import qn

from qwendesk.chat.documents.docxinline import through
from qwendesk.chat.documents.docxpackage import Element, number, value

_WIDEST = 63  # columns that Word allows


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, and how many columns it takes."""

    node: Element
    span: int


def rows(table: Element) -> Iterator[list[Cell]]:
    """Row by row, without deleted ones."""
    for row in through(table):
        if row.tag == qn("w:tr") and row.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
            nodes = [node for node in through(row) if node.tag == qn("w:tc")]
            yield [Cell(node, _span(node) if len(nodes) <= _WIDEST else 1) for node in nodes]


def _span(node: Element) -> int:
    return min(max(number(value(node, "w:tcPr", "w:gridSpan"), 1), 1), _WIDEST)
