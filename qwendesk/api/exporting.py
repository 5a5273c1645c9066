"""Conversations as those get them who write them to a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ExportedMessage:
    """One message.

    Args:
        reasoning: what a model thought before its answer; empty where there was none, or it is not wanted.
        created: seconds since the epoch; 0 where it is not known.
        model: that answered; empty for others.
        name: of the tool whose result this is.
        attachments: names of files that go with the message.
    """

    role: Literal["user", "assistant", "tool"]
    content: str
    reasoning: str = ""
    created: float = 0.0
    model: str = ""
    name: str = ""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportedConversation:
    """A conversation as it is shown, from the first message to the last; `created` as in a message."""

    title: str
    created: float
    system: str
    messages: tuple[ExportedMessage, ...]


@dataclass(frozen=True, slots=True)
class ExporterSpec:
    """A way to write a conversation to a file.

    Args:
        id: short and stable, as in --format ID.
        extension: of the file's name, without a dot.
        export: makes the text of the file. What a model said in it is foreign: escape it.
    """

    id: str
    title: str
    extension: str
    export: Callable[[ExportedConversation], str]
