"""What stands within a paragraph of a DOCX file, as its reader sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from docx.oxml.ns import qn

from qwendesk.chat.documents.docxpackage import Element, on


class Break(Enum):
    """The end of a page: asked for by the writer, or found by the program that last laid the text out."""

    EXPLICIT = "explicit"
    RENDERED = "rendered"


@dataclass(frozen=True, slots=True)
class NoteMark:
    """Where a footnote or an endnote is referred to."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"[^{'e' if self.kind == 'endnoteReference' else ''}{self.id}]"


Piece = str | Break | NoteMark

# Nothing to read in them: properties, what was deleted or moved away, the formulas of fields.
_UNSEEN = frozenset(
    (
        *("pPr", "rPr", "sdtPr", "tblPr", "tcPr", "trPr", "sectPr"),
        *("del", "moveFrom", "delText", "instrText"),
    )
)
# Around what is read: content controls, insertions, tags.
_CLEAR = frozenset(("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


def through(container: Element) -> Iterator[Element]:
    """The children, and in place of wrappers such as content controls what they hold."""
    for node in container:
        if local(node) in _CLEAR:
            yield from through(node)
        else:
            yield node


def local(node: Element) -> str:
    """The tag without its namespace; empty for comments and the like."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def inline(node: Element) -> Iterator[Piece]:
    """Text, breaks and marks of notes, in order. Hidden text is left out."""
    for child in node:
        name = local(child)
        if name in _SIGNS:
            yield _SIGNS[name]
        elif name == "t":
            yield child.text or ""
        elif name == "br":
            yield Break.EXPLICIT if child.get(qn("w:type")) == "page" else "\n"
        elif name == "lastRenderedPageBreak":
            yield Break.RENDERED
        elif name in ("footnoteReference", "endnoteReference"):
            yield NoteMark(name, child.get(qn("w:id")) or "")
        elif name == "p":  # of a text box
            yield "\n"
            yield from inline(child)
        elif name == "AlternateContent":  # the same thing for programs of different age
            yield from inline(child[:1])
        elif name not in _UNSEEN and not on(child, "w:rPr", "w:vanish"):
            yield from inline(child)
