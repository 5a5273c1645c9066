"""What is dropped or pasted that goes beside the message, not into it: files and images."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from qwendesk.words import _

Given = Path | str | QImage
"""A file, a text too long to edit, or an image from the clipboard."""


def given(data: QMimeData) -> list[Given]:
    """Files of this machine, else an image that comes without words; addresses elsewhere are text.

    Office programs put a picture of the words beside the words: then the words are meant.
    """
    files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []
    if files:
        return [Path(one) for one in files]
    image = QImage(data.imageData()) if data.hasImage() and not data.hasText() else QImage()
    return [] if image.isNull() else [image]


def holds_something(data: QMimeData) -> bool:
    """The same without decoding anything: it is asked again with every move of the mouse."""
    return any(url.isLocalFile() for url in data.urls()) or (data.hasImage() and not data.hasText())


def name_of(one: Given) -> str:
    """In one line, as it is shown."""
    if isinstance(one, Path):
        return " ".join(one.name.split()) or str(one)
    return _("Pasted text") if isinstance(one, str) else _("Pasted image")
