"""Images as bytes: of which kind they are, and as they stand in a web address."""

from __future__ import annotations

import base64
import binascii

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
}
_EXTENSIONS = {"image/jpeg": "jpg"}


def media_type(data: bytes) -> str | None:
    """ "image/png" …, from the first bytes; None for what is no image that is known here."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _BEGINNINGS.items() if data.startswith(start)), None)


def extension(data: bytes) -> str:
    """For a file's name, without a dot."""
    kind = media_type(data) or "image/img"
    return _EXTENSIONS.get(kind, kind.removeprefix("image/"))


def as_address(data: bytes) -> str:
    """A data: address; empty for what is no image."""
    kind = media_type(data)
    return f"data:{kind};base64,{base64.b64encode(data).decode()}" if kind else ""


def from_address(address: str) -> bytes | None:
    """The image in a data: address; None where there is none."""
    head, separator, body = address.partition(",")
    if not separator or not head.startswith("data:image/") or not head.endswith(";base64"):
        return None
    try:
        data = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if media_type(data) else None
