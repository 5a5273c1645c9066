"""Image files that someone attaches: told from other files by their content, and never too large."""

from __future__ import annotations

from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.chat.pictures import media_type

MOST_BYTES = 20_000_000
_HEAD = 64
_LIKE_WORDS = ("image/bmp", "image/gif")
"""A list of BMWs begins like a BMP file; but no text holds a zero byte."""


def read_image(path: Path, name: str) -> bytes | None:
    """The content of a PNG, JPEG, WebP, GIF or BMP file; None for everything else, also what is not there.

    Raises:
        Problem: `picture_too_large` (name, size, most); `document_inaccessible` (name, detail).
    """
    try:
        if not path.is_file():  # a pipe would keep us waiting
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD)
            kind = media_type(head)
            if kind is None or (kind in _LIKE_WORDS and b"\0" not in head):
                return None
            data = head + file.read(MOST_BYTES + 1 - len(head))
            size = path.stat().st_size
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise Problem("document_inaccessible", name=name, detail=detail) from error
    check_size(name, max(size, len(data)))
    return data


def check_size(name: str, size: int) -> None:
    """Raises Problem `picture_too_large`."""
    if size > MOST_BYTES:
        raise Problem("picture_too_large", name=name, size=size, most=MOST_BYTES)
