"""Turns and what is known of a conversation, as rows of the database and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import msgspec

from qwendesk.api.problem import Note
from qwendesk.api.reply import Finished
from qwendesk.chat.conversation import About
from qwendesk.chat.jsonable import with_infinities, without_infinities
from qwendesk.chat.settings import Record
from qwendesk.chat.turn import Attachment, AttachmentKind, Turn
from qwendesk.models.decoding import from_json
from qwendesk.store.attachments import AttachmentFiles


@dataclass(frozen=True, slots=True)
class _Kept:
    """An attachment without the folder that all of them lie in."""

    name: str
    kind: AttachmentKind
    sha256: str
    size: int
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class _Extra:
    """What no search and no list asks for."""

    reasoning_tokens: int = 0
    tokens: int = 0
    finished: Finished | None = None
    problem: Note | None = None
    log: tuple[str, ...] = ()
    record: Record | None = None
    attachments: tuple[_Kept, ...] = ()
    name: str = ""


def about_values(about: About) -> tuple[Any, ...]:
    """In the order of the columns, which is that of the fields."""
    return tuple(getattr(about, one.name) for one in fields(about))


def about_of(row: sqlite3.Row) -> About:
    values = {one.name: row[one.name] for one in fields(About)}
    return About(**{**values, "pinned": bool(row["pinned"]), "archived": bool(row["archived"])})


def turn_values(conversation: int, turn: Turn, owner: str) -> tuple[Any, ...]:
    """In the order of the columns; `owner` is the process that writes a reply, empty once it is over."""
    extra = _Extra(
        turn.reasoning_tokens,
        turn.tokens,
        replace(turn.finished, reasoning="", answer="") if turn.finished else None,
        turn.problem,
        turn.log,
        without_infinities(turn.record),
        tuple(_Kept(one.name, one.kind, one.sha256, one.size, one.tokens) for one in turn.attachments),
        turn.name,
    )
    return (
        turn.id,
        conversation,
        turn.parent,
        turn.role,
        _storable(turn.answer),
        _storable(turn.reasoning),
        turn.state,
        turn.model,
        turn.created,
        owner if turn.running else "",
        0,
        msgspec.json.encode(extra).decode(),
    )


def turn_of(row: sqlite3.Row, files: AttachmentFiles) -> Turn:
    """A turn from its row; one whose extras cannot be read keeps its text."""
    extra = _extra(row["extra"].encode())
    attachments = tuple(
        Attachment(one.name, one.kind, one.sha256, one.size, files, one.tokens) for one in extra.attachments
    )
    return Turn(
        row["id"],
        row["role"],
        row["answer"],
        row["reasoning"],
        row["state"],
        reasoning_tokens=extra.reasoning_tokens,
        tokens=extra.tokens,
        finished=_whole(extra.finished, row),
        problem=extra.problem,
        log=extra.log,
        model=row["model"],
        parent=row["parent"],
        created=row["created"],
        record=with_infinities(extra.record),
        attachments=attachments,
        name=extra.name,
    )


def _whole(finished: Finished | None, row: sqlite3.Row) -> Finished | None:
    """The texts are kept once."""
    return replace(finished, reasoning=row["reasoning"], answer=row["answer"]) if finished else None


def _extra(data: bytes) -> _Extra:
    try:
        return from_json(data, _Extra)
    except msgspec.MsgspecError:
        return _Extra()


def _storable(text: str) -> str:
    """SQLite takes no lone surrogates, which a paste may hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def hashes_of(rows: Sequence[sqlite3.Row]) -> set[str]:
    """Of the attachments that these messages have."""
    return {one.sha256 for row in rows for one in _extra(row["extra"].encode()).attachments}
