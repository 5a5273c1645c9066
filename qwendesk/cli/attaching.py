"""Files that go along with a question on the command line: documents as text, images as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.chat.documents import as_prompt, read_document
from qwendesk.chat.history import History
from qwendesk.chat.imagefile import read_image
from qwendesk.chat.turn import Attachment
from qwendesk.cli.command import say


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What is sent: files that are kept with the conversation are attachments, others go in themselves."""

    question: str
    images: tuple[bytes, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def enclosed(history: History | None, files: Iterable[str], question: str) -> Enclosed:
    """The files with the question; without a `history`, or where that cannot be written, nothing is kept.

    Raises:
        Problem: those of `read_document` and `read_image`.
    """
    read = [_read(Path(one)) for one in files]
    if history is not None:
        try:
            kept = tuple(
                history.attach(name, "text", content.encode("utf-8", "replace"))
                if isinstance(content, str)
                else history.attach(name, "image", content)
                for name, content in read
            )
        except Problem as problem:
            say(problem)  # the model gets them all the same
        else:
            return Enclosed(question, attachments=kept)
    texts = [content for _name, content in read if isinstance(content, str)]
    images = tuple(content for _name, content in read if isinstance(content, bytes))
    return Enclosed("\n\n".join((*texts, question)), images)


def _read(path: Path) -> tuple[str, str | bytes]:
    """The name, and the text of a document or the bytes of an image."""
    image = read_image(path, path.name)
    if image is not None:
        return path.name, image
    document = read_document(path)
    for note in document.notes:
        say(Problem.of(note))
    return document.name, as_prompt(document)
