"""Small files to attach, written the way real programs write them, and by hand where those would not."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def line(text: str) -> bytes:
    """The instructions that show a line in Helvetica."""
    return b"BT /F 12 Tf 10 50 Td (" + text.encode("latin-1") + b") Tj ET"


def pdf(*contents: bytes, form: bytes | None = None, font: bytes = b"", compressed: bool = False) -> bytes:
    """A PDF with a page for each of these instructions; `form` can be drawn by them as /X."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>"
        % (b" ".join(b"%d 0 R" % (5 + 2 * at) for at in range(len(contents))), len(contents)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica%s>>" % font,
        _stream(form or b"", compressed, b"/Type/XObject/Subtype/Form/Resources<</Font<</F 3 0 R>>>>"),
    ]
    for at, content in enumerate(contents):
        resources = b"<</Font<</F 3 0 R>>/XObject<</X 4 0 R>>>>"
        place = b"/MediaBox[0 0 200 100]/Resources%s/Contents %d 0 R" % (resources, 6 + 2 * at)
        objects += [b"<</Type/Page/Parent 2 0 R%s>>" % place, _stream(content, compressed)]
    return _numbered(objects)


def _stream(content: bytes, compressed: bool, more: bytes = b"") -> bytes:
    if compressed:
        content, more = zlib.compress(content, 9), more + b"/Filter/FlateDecode"
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), more, content)


def _numbered(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return (
        out
        + head
        + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    )


def docx(body: str, head: str = "", kind: str = "document.main", **parts: str) -> bytes:
    """A DOCX file with this body and, by their names, further parts such as `footnotes`."""
    types = _types(kind, parts)
    relations = "".join(
        f'<Relationship Id="{part}" Type="{_OFFICE}/{part}" Target="{part}.xml"/>' for part in parts
    )
    main = f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    files = {
        "[Content_Types].xml": types,
        "_rels/.rels": _relationships(main),
        "word/_rels/document.xml.rels": _relationships(relations),
        "word/document.xml": f"{head}<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>",
    }
    return packed(files | {f"word/{part}.xml": _part(part, text) for part, text in parts.items()})


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def _types(kind: str, parts: dict[str, str]) -> str:
    override = f'<Override PartName="/word/document.xml" ContentType="{_PART}.{kind}+xml"/>'
    for part in parts:
        override += f'<Override PartName="/word/{part}.xml" ContentType="{_PART}.{part}+xml"/>'
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{override}</Types>'
    )


def _relationships(inside: str) -> str:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{inside}</Relationships>'


def _part(name: str, text: str) -> str:
    return f"<w:{name} {_NAMESPACES}>{text}</w:{name}>"
