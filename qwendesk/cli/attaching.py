"""Files that go along with a question on the command line: documents as text, the rest as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.chat.audiofile import read_audio
from qwendesk.chat.documents import as_prompt, read_document
from qwendesk.chat.history import History
from qwendesk.chat.imagefile import read_image
from qwendesk.chat.turn import Attachment, AttachmentKind
from qwendesk.cli.command import read_file, say

_KINDS: tuple[AttachmentKind, ...] = ("text", "image", "audio")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What is sent: files that are kept with the conversation are attachments, others go in themselves."""

    question: str
    images: tuple[bytes, ...] = ()
    audios: tuple[bytes, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    kind: AttachmentKind
    content: bytes


def enclosed(
    history: History | None,
    question: str,
    *,
    image: Iterable[str] = (),
    audio: Iterable[str] = (),
    attach: Iterable[str] = (),
) -> Enclosed:
    """The files with the question; without a `history`, or where that cannot be written, nothing is kept.

    Raises:
        Problem: `file_unreadable`, `audio_unreadable`, and those of `read_document`, `read_image` and
            `read_audio`.
    """
    read = [*map(_image, image), *map(_recording, audio), *map(_any, attach)]
    if history is not None:
        try:
            kept = tuple(history.attach(one.name, one.kind, one.content) for one in read)
        except Problem as problem:
            say(problem)  # the model gets them all the same
        else:
            return Enclosed(question, attachments=kept)
    contents = {kind: tuple(one.content for one in read if one.kind == kind) for kind in _KINDS}
    texts = [one.decode() for one in contents["text"]]
    return Enclosed("\n\n".join((*texts, question)), contents["image"], contents["audio"])


def _image(file: str) -> _File:
    return _File(Path(file).name, "image", read_file(file))


def _recording(file: str) -> _File:
    path = Path(file)
    content = read_audio(path, path.name)
    if content is None:
        if not path.is_file():
            read_file(file)  # says why
        raise Problem("audio_unreadable", detail=f"{path.name} is no WAV, FLAC, OGG or MP3 file")
    return _File(path.name, "audio", content)


def _any(file: str) -> _File:
    """By its content."""
    path = Path(file)
    readers: tuple[tuple[AttachmentKind, Callable[[Path, str], bytes | None]], ...] = (
        ("image", read_image),
        ("audio", read_audio),
    )
    for kind, reader in readers:
        content = reader(path, path.name)
        if content is not None:
            return _File(path.name, kind, content)
    document = read_document(path)
    for note in document.notes:
        say(Problem.of(note))
    return _File(document.name, "text", as_prompt(document).encode("utf-8", "replace"))
