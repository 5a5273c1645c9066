"""What was given to go along with a message, read and kept: a document as text, the rest as it is sent.

For a background thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from qwendesk.api.engine import LoadReport
from qwendesk.api.problem import Note, Problem
from qwendesk.chat.audiofile import read_audio, seconds_of
from qwendesk.chat.imagefile import read_image
from qwendesk.chat.turn import Attachment
from qwendesk.ui.chat.given import Given
from qwendesk.ui.pictures import Picture, picture_from, picture_of

if TYPE_CHECKING:
    from qwendesk.chat.documents import Document
    from qwendesk.chat.history import History


@dataclass(frozen=True, slots=True)
class Taken:
    """An attachment with what the row shows of it.

    Args:
        size: of what was given, in bytes; the attachment's is that of what is kept.
        text: as the model reads it; empty for what is none.
        pixels: width and height of an image.
        seconds: of a recording, 0 where its header does not tell.
    """

    attachment: Attachment
    size: int
    text: str = ""
    notes: tuple[Note, ...] = ()
    pixels: tuple[int, int] = (0, 0)
    picture: QImage | None = None
    seconds: float = 0.0


def taken(one: Given, name: str, history: History, stop: Callable[[], bool]) -> Taken:
    """Read it and keep it with the conversations.

    Raises:
        Problem: those of `read_document`, `read_image`, `picture_of` and `read_audio`, and
            `attachment_not_saved`.
    """
    read = _read(one, name, stop)
    if stop():  # nothing is kept of what was taken out meanwhile
        raise Problem("document_stopped", name=name)
    if isinstance(read, Picture):
        return _image(name, read, history)
    if isinstance(read, bytes):
        return Taken(history.attach(name, "audio", read), len(read), seconds=seconds_of(read))
    return _text(name, read, _size_of(one), history)


def refused(held: Taken, report: LoadReport, model: str) -> Problem | None:
    """Why a model of this name cannot be sent it as it is loaded; None where it can."""
    name, kind = held.attachment.name, held.attachment.kind
    if kind == "image" and not report.image_token:
        return Problem("picture_unseen", name=name, model=model)
    if kind == "audio" and not report.audio_token:
        return Problem("recording_unheard", name=name, model=model)
    # Lengths in headers may be estimates; the engine measures.
    if kind == "audio" and report.audio_seconds and held.seconds > report.audio_seconds + 1:
        seconds, heard = round(held.seconds), round(report.audio_seconds)
        return Problem("recording_too_long", name=name, model=model, seconds=seconds, heard=heard)
    return None


def _read(one: Given, name: str, stop: Callable[[], bool]) -> Picture | bytes | Document:
    if isinstance(one, QImage):
        return picture_from(one)
    if isinstance(one, str):
        return _pasted(name, one)
    image = read_image(one, name)
    if image is not None:
        return picture_of(name, image)
    audio = read_audio(one, name)
    if audio is not None:
        return audio
    from qwendesk.chat.documents import read_document

    return replace(read_document(one, stop), name=name)


def _image(name: str, picture: Picture, history: History) -> Taken:
    attachment = history.attach(name, "image", picture.data)
    pixels = picture.width, picture.height
    return Taken(attachment, len(picture.data), pixels=pixels, picture=picture.small)


def _text(name: str, document: Document, size: int, history: History) -> Taken:
    from qwendesk.chat.documents import as_prompt

    text = as_prompt(document).encode("utf-8", "replace")
    attachment = history.attach(name, "text", text)
    return Taken(attachment, size, text.decode(), document.notes)


def _pasted(name: str, text: str) -> Document:
    """Of the clipboard nothing has to be guessed: it is text, whatever it begins with."""
    from qwendesk.chat.documents import Document, Page
    from qwendesk.chat.documents.limits import MOST_CHARACTERS

    if len(text) > MOST_CHARACTERS:
        raise Problem("document_too_large", name=name, size=len(text), most=MOST_CHARACTERS)
    return Document(name, "text", (Page(1, text),))


def _size_of(one: Given) -> int:
    if not isinstance(one, Path):
        return len(one.encode("utf-8", "replace")) if isinstance(one, str) else 0
    try:
        return one.stat().st_size
    except OSError:
        return 0  # it was read, and is gone since
