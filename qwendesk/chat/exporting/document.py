"""A conversation as JSON that is read again without loss; docs/conversations.md describes it.

Messages are numbered from 1 in the order in which they were made, so that no reader of JSON has to keep
numbers of more than 53 bits.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from qwendesk.api.problem import Note
from qwendesk.api.reply import Finished
from qwendesk.chat.audiofile import audio_type
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.jsonable import without_infinities
from qwendesk.chat.pictures import extension
from qwendesk.chat.settings import Record
from qwendesk.chat.turn import Attachment, AttachmentKind, Role, Turn, TurnState

FORMAT = "qwendesk-conversation"
VERSION = 1


@dataclass(frozen=True, slots=True)
class File:
    """An attachment. `content` is its text, or what it holds in base64; None where the file is gone."""

    name: str
    kind: AttachmentKind
    content: str | None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A turn; texts of `finished` stand in `answer` and `reasoning` alone."""

    id: int
    parent: int | None
    role: Role
    answer: str
    reasoning: str = ""
    state: TurnState = "finished"
    model: str = ""
    name: str = ""
    created: float = 0.0
    tokens: int = 0
    reasoning_tokens: int = 0
    finished: Finished | None = None
    record: Record | None = None
    problem: Note | None = None
    log: tuple[str, ...] = ()
    attachments: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A conversation with all versions of its messages; `head` is the last one that is shown."""

    format: str
    version: int
    title: str
    messages: tuple[Message, ...]
    system: str = ""
    folder: str = ""
    pinned: bool = False
    archived: bool = False
    created: float = 0.0
    updated: float = 0.0
    draft: str = ""
    model: str = ""
    head: int | None = None
    skipped: int | None = None
    summary: str = ""


def document(conversation: Conversation) -> str:
    """The JSON text, with all versions and all reasoning."""
    about, turns = conversation.about, conversation.everything
    numbers: Mapping[int | None, int] = {one.id: at for at, one in enumerate(turns, 1)}
    made = Document(
        FORMAT,
        VERSION,
        about.title,
        tuple(_message(one, numbers) for one in turns),
        about.system,
        about.folder,
        about.pinned,
        about.archived,
        about.created,
        about.updated,
        about.draft,
        about.model,
        numbers.get(about.head),
        numbers.get(about.skipped),
        about.summary,
    )
    plain: dict[str, Any] = msgspec.to_builtins(made, str_keys=True)
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def _message(turn: Turn, numbers: Mapping[int | None, int]) -> Message:
    return Message(
        numbers[turn.id],
        numbers.get(turn.parent),
        turn.role,
        turn.answer,
        turn.reasoning,
        "cancelled" if turn.running else turn.state,
        turn.model,
        turn.name,
        turn.created,
        turn.tokens,
        turn.reasoning_tokens,
        replace(turn.finished, reasoning="", answer="") if turn.finished else None,
        without_infinities(turn.record),
        turn.problem,
        turn.log,
        tuple(_files(turn)),
    )


def _files(turn: Turn) -> Iterator[File]:
    for one in turn.attachments:
        yield File(one.name, one.kind, _content(one), one.tokens)
    for number, image in enumerate(turn.images, 1):
        yield File(f"image-{number}.{extension(image)}", "image", base64.b64encode(image).decode())
    for number, audio in enumerate(turn.audios, 1):
        yield File(f"recording-{number}.{audio_type(audio)}", "audio", base64.b64encode(audio).decode())


def _content(attachment: Attachment) -> str | None:
    try:
        data = attachment.read()
    except OSError:
        return None
    return data.decode("utf-8", "replace") if attachment.kind == "text" else base64.b64encode(data).decode()
