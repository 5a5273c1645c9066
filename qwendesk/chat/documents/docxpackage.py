"""The parts of a DOCX file that hold its text, unpacked within limits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part, XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.package import Package

from qwendesk.api.problem import Problem
from qwendesk.chat.documents.archive import unpack
from qwendesk.chat.documents.limits import MOST_MEMBERS, MOST_XML

# lxml's elements, which come without types: nodes of a tree with a tag, attributes, text and children.
Element = Any

_XML = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0<")
_HEAD = 256
_DOCTYPES = [
    mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")
]


@dataclass(frozen=True, slots=True)
class Parts:
    """Trees of a DOCX file: its body, and the definitions that the body refers to; None where there is none.

    Args:
        notes: footnotes (`footnoteReference`) and endnotes (`endnoteReference`) by their id.
    """

    body: Element
    styles: Element | None = None
    numbering: Element | None = None
    notes: dict[tuple[str, str], Element] = field(default_factory=dict)


def open_parts(name: str, data: bytes) -> Parts:
    """Unpack and parse.

    Raises:
        Problem: `document_too_large` for what swells beyond the limits, `document_broken`.
    """
    try:
        return _parts(Package.open(_text_only(name, data)).main_document_part)
    except Problem:
        raise
    except Exception as error:  # zipfile, zlib, lxml and python-docx raise a dozen different ones
        detail = (str(error) or type(error).__name__)[:200]
        raise Problem("document_broken", name=name, detail=detail) from error


def value(node: Element | None, *path: str) -> str | None:
    """The `w:val` of the child at the end of the path; None where it is missing."""
    for step in path:
        node = None if node is None else node.find(qn(step))
    return None if node is None else node.get(qn("w:val"))


def on(node: Element | None, *path: str) -> bool:
    """Whether a switch such as `w:vanish` is there and not off."""
    for step in path:
        node = None if node is None else node.find(qn(step))
    return node is not None and node.get(qn("w:val")) not in ("0", "false", "off")


def number(text: str | None, default: int = 0) -> int:
    """A small number of an attribute, which may hold anything."""
    return int(text) if text is not None and text.isdecimal() and len(text) < 7 else default


def _text_only(name: str, data: bytes) -> io.BytesIO:
    """The same file, its XML stored as it is and everything else left empty."""
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(copy, "w") as plain:
        members = {one.filename: one.file_size for one in archive.infolist()}
        if len(members) > MOST_MEMBERS:
            raise Problem("document_broken", name=name, detail=f"{len(members)} members")
        trees = {one for one in members if unpack(archive, one, _HEAD).lstrip().startswith(_XML)}
        size = sum(members[one] for one in trees)
        if size > MOST_XML:
            raise Problem("document_too_large", name=name, size=size, most=MOST_XML)
        for one in members:
            text = unpack(archive, one, MOST_XML) if one in trees else b""
            # Office writes none; with one, a few lines could unfold to gigabytes. Drawings are never parsed.
            if not one.endswith(".svg") and any(mark in text for mark in _DOCTYPES):
                raise Problem("document_broken", name=name, detail="DOCTYPE")
            plain.writestr(one, text)
    return copy


def _parts(main: Part) -> Parts:
    if "word" not in main.content_type:
        raise ValueError(main.content_type)
    notes = {
        (f"{kind}Reference", note.get(qn("w:id"), "")): note
        for kind, relation in (
            ("footnote", RELATIONSHIP_TYPE.FOOTNOTES),
            ("endnote", RELATIONSHIP_TYPE.ENDNOTES),
        )
        for tree in _related(main, relation)
        for note in tree.iterfind(qn(f"w:{kind}"))
    }
    body = _tree(main).find(qn("w:body"))
    if body is None:
        raise ValueError("w:body")
    styles = next(_related(main, RELATIONSHIP_TYPE.STYLES), None)
    return Parts(body, styles, next(_related(main, RELATIONSHIP_TYPE.NUMBERING), None), notes)


def _related(part: Part, relation: str) -> Iterator[Element]:
    found = next((one for one in part.rels.values() if one.reltype == relation and not one.is_external), None)
    if found is not None:
        yield _tree(found.target_part)


def _tree(part: Part) -> Element:
    return part.element if isinstance(part, XmlPart) else parse_xml(part.blob)
