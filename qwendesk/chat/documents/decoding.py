"""Bytes of a text file as characters."""

from __future__ import annotations

import codecs

from qwendesk.api.problem import Note
from qwendesk.chat.documents.kinds import unreadable

# Longer marks first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# What text files come in, and what is taken of several that fit a short text equally well: the first.
_CANDIDATES = (
    *("cp1252", "gb18030", "cp932", "cp949", "big5", "euc_jp", "cp1251", "koi8_r", "cp1250", "cp1253"),
    *("cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
)
_SAMPLE = 1 << 18
_LOST = "\ufffd"


def decode(name: str, data: bytes) -> tuple[str, tuple[Note, ...]]:
    """The characters, and a note where the encoding was guessed. What cannot be decoded becomes U+FFFD.

    Raises:
        Problem: `document_unreadable` where no encoding makes it a text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), ()
    try:
        return data.decode(), ()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    if _damaged_only(text, data):
        return text, ()
    guessed = _guess(data)
    if guessed is None:
        raise unreadable(name, "binary")
    note = Note("document_encoding_guessed", {"name": name, "encoding": guessed})
    return data.decode(guessed, "replace"), (note,)


def _damaged_only(text: str, data: bytes) -> bool:
    """Whether it is UTF-8 that was damaged: bytes of other encodings hardly ever form its characters."""
    beyond_ascii = len(data) - len(text.encode("ascii", "ignore"))
    return beyond_ascii > 4 * text.count(_LOST)


def _guess(data: bytes) -> str | None:
    import charset_normalizer

    found = charset_normalizer.from_bytes(_sample(data), cp_isolation=list(_CANDIDATES))
    fitting = [
        (match.chaos, -match.coherence, _CANDIDATES.index(encoding))
        for match in found
        for encoding in match.could_be_from_charset
        if encoding in _CANDIDATES
    ]
    return _CANDIDATES[min(fitting)[2]] if fitting else None


def _sample(data: bytes) -> bytes:
    """The beginning, up to a line's end, so that no character is cut in two; from where it is not ASCII."""
    first = next((at for at in range(0, len(data), _SAMPLE) if not data[at : at + _SAMPLE].isascii()), 0)
    chunk = data[first : first + _SAMPLE]
    end = chunk.rfind(b"\n")
    return chunk if first + len(chunk) == len(data) or end < 1 else chunk[:end]
