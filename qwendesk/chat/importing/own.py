"""Our own JSON, as `qwendesk.chat.exporting.document` writes it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from qwendesk.api.problem import Note, Problem
from qwendesk.chat.conversation import About, Conversation
from qwendesk.chat.exporting.document import VERSION, Document, File, Message
from qwendesk.chat.importing.growing import parents_first
from qwendesk.chat.importing.imported import Attach
from qwendesk.chat.importing.jsondata import is_storable
from qwendesk.chat.jsonable import with_infinities
from qwendesk.chat.turn import Attachment, Turn, new_id


class Own:
    """One document, read; `missing` counts files that it has no content for, or that nobody keeps."""

    def __init__(self, value: Any, path: str, attach: Attach | None) -> None:
        """Raises Problem `import_newer` (path) or `import_malformed` (path, detail)."""
        self._attach, self.missing = attach, 0
        read = _document(value, path)
        messages = {str(one.id): one for one in read.messages}
        order = parents_first(
            {key: None if one.parent is None else str(one.parent) for key, one in messages.items()}
        )
        ids: dict[str | None, int] = {key: new_id() for key in sorted(order, key=_by_number(order))}
        turns = [
            self._turn(messages[key], id, ids.get(order[key])) for key, id in ids.items() if key is not None
        ]
        self.conversation = Conversation(about=_about(read, ids), turns=turns)

    def _turn(self, message: Message, id: int, parent: int | None) -> Turn:
        finished = message.finished
        if finished is not None:
            finished = replace(finished, answer=message.answer, reasoning=message.reasoning)
        return Turn(
            id,
            message.role,
            message.answer,
            message.reasoning,
            "cancelled" if message.state in ("waiting", "reading", "streaming") else message.state,
            reasoning_tokens=message.reasoning_tokens,
            tokens=message.tokens,
            finished=finished,
            problem=message.problem,
            log=message.log,
            model=message.model,
            parent=parent,
            created=message.created,
            record=with_infinities(message.record),
            attachments=tuple(self._files(message.attachments)),
            name=message.name,
        )

    def _files(self, files: tuple[File, ...]) -> Iterator[Attachment]:
        for one in files:
            data = _content(one)
            if data is None or self._attach is None:
                self.missing += 1
            else:
                yield replace(self._attach(one.name, one.kind, data), tokens=one.tokens)

    def note(self) -> Note | None:
        """What is missing, if anything."""
        if not self.missing:
            return None
        return Note("import_files_missing", {"title": self.conversation.about.title, "count": self.missing})


def _document(value: Any, path: str) -> Document:
    version = value.get("version") if isinstance(value, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise Problem("import_newer", path=path)
    try:
        read = msgspec.convert(value, Document, str_keys=True)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Problem("import_malformed", path=path, detail=str(error)[:200]) from error
    if not is_storable(read):
        raise Problem("import_malformed", path=path, detail="a number has too many digits")
    return read


def _by_number(order: Mapping[str, str | None]) -> Any:
    """Their own order, but for one that stands before its parent: that comes right after it."""
    numbers: dict[str | None, int] = {None: -(1 << 63)}
    for key, parent in order.items():
        numbers[key] = max(int(key), numbers[parent])
    places = {key: place for place, key in enumerate(order)}
    return lambda key: (numbers[key], places[key])


def _content(file: File) -> bytes | None:
    if file.content is None:
        return None
    try:
        return file.content.encode() if file.kind == "text" else base64.b64decode(file.content, validate=True)
    except (binascii.Error, ValueError):
        return None


def _about(read: Document, ids: Mapping[str | None, int]) -> About:
    def made(number: int | None) -> int | None:
        return None if number is None else ids.get(str(number))

    return About(
        new_id(),
        read.title,
        read.system,
        read.folder,
        read.pinned,
        read.archived,
        None,
        read.created,
        read.updated,
        read.draft,
        read.model,
        made(read.head),
        made(read.skipped),
        read.summary,
    )
