"""What a file is: by its content where that tells, by its name where several kinds look the same."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from pathlib import PurePath

from pygments.lexers import find_lexer_class_for_filename

from qwendesk.api.problem import Problem
from qwendesk.chat.documents.archive import unpack
from qwendesk.chat.documents.document import Kind

_TABLES = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv"}
_PROSE = frozenset({"text", "markdown", "restructuredtext", "output"})
_INTERPRETER = re.compile(r"[A-Za-z]{1,20}")
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_LONGEST_COMMAND = 200
_HEAD = 1024  # where readers of PDF look for its header

# What is no text; the names are those of the formats. The first ones never begin a text, the others might.
_NEVER_TEXT = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "GZIP",
    b"\xfd7zXZ": "XZ",
    b"7z\xbc\xaf": "7-Zip",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"Rar!\x1a": "RAR",
    b"\x7fELF": "ELF",
    b"\xcf\xfa\xed\xfe": "Mach-O",
    b"\xca\xfe\xba\xbe": "Mach-O",
    b"{\\rtf": "RTF",
}
_PERHAPS_TEXT = {
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*": "TIFF",
    b"MM": "TIFF",
    b"RIFF": "RIFF",
    b"BZh": "BZIP2",
    b"MZ": "EXE",
    b"SQLite": "SQLite",
    b"GGUF": "GGUF",
    b"OggS": "Ogg",
    b"fLaC": "FLAC",
    b"ID3": "MP3",
}
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def kind_of(name: str, data: bytes) -> tuple[Kind, str]:
    """The kind, and the language behind a Markdown fence where there is one.

    Raises:
        Problem: `document_unreadable` for what is no text, `document_locked` for an encrypted Office file.
    """
    if _is_pdf(name, data):
        return "pdf", ""
    if data.startswith(b"PK\x03\x04"):
        return _of_archive(name, data), ""
    if data.startswith(_OFFICE):
        if _ENCRYPTED in data:
            raise Problem("document_locked", name=name)
        raise unreadable(name, "Microsoft Office 97")
    if not data.startswith(_BOMS):
        _refuse_binary(name, data)
    return _of_text(name, data)


def unreadable(name: str, form: str) -> Problem:
    """The Problem for a file of this format."""
    return Problem("document_unreadable", name=name, detail=form)


def _is_pdf(name: str, data: bytes) -> bool:
    if data.startswith((b"%PDF-", codecs.BOM_UTF8 + b"%PDF-")):
        return True
    # Elsewhere in its head it could as well be a text about PDF.
    return b"%PDF-" in data[:_HEAD] and (b"\0" in data or name.lower().endswith(".pdf"))


def _of_archive(name: str, data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            types = unpack(archive, "[Content_Types].xml", 1 << 20)
    except KeyError:
        raise unreadable(name, "ZIP") from None
    except Exception as error:  # zipfile raises a dozen different ones
        if name.lower().endswith((".docx", ".docm")):
            raise Problem("document_broken", name=name, detail=str(error)[:200]) from error
        raise unreadable(name, "ZIP") from error
    for mark, form in ((b"spreadsheetml", "XLSX"), (b"presentationml", "PPTX")):
        if mark + b"." in types and b"wordprocessingml." not in types:
            raise unreadable(name, form)
    if b"wordprocessingml." not in types and b"ms-word." not in types:
        raise unreadable(name, "ZIP")
    return "docx"


def _refuse_binary(name: str, data: bytes) -> None:
    for magic, form in _NEVER_TEXT.items():
        if data.startswith(magic):
            raise unreadable(name, form)
    if b"\0" in data:
        known = (form for magic, form in _PERHAPS_TEXT.items() if data.startswith(magic))
        raise unreadable(name, next(known, "binary"))


def _of_text(name: str, data: bytes) -> tuple[Kind, str]:
    if table := _TABLES.get(PurePath(name).suffix.lower()):
        return "table", table
    lexer = find_lexer_class_for_filename(name)
    if lexer is not None:
        language = next(iter(lexer.aliases), "text")
        return ("text", "") if language in _PROSE else ("code", language)
    if language := _interpreter(data[:_LONGEST_COMMAND]):
        return "code", language
    return "text", ""


def _interpreter(head: bytes) -> str:
    """The language of a script that names what runs it: `#!/usr/bin/env python3`."""
    if not head.startswith(b"#!/"):
        return ""
    words = head[2:].split(b"\n")[0].decode("ascii", "ignore").split()
    programs = [word.rpartition("/")[2] for word in words if not word.startswith("-")]
    found = next((_INTERPRETER.match(one) for one in programs if one != "env"), None)
    return found[0].replace("node", "javascript") if found else ""
