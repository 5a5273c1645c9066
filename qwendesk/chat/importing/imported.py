"""What came of a file, and what its readers need from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from qwendesk.api.problem import Note
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.turn import Attachment, AttachmentKind

Attach = Callable[[str, AttachmentKind, bytes], Attachment]
"""Keeps a file's content: `History.attach`."""
Format = Literal["qwendesk", "chatgpt", "lmstudio", "jan", "openai", "several"]


@dataclass(frozen=True, slots=True)
class Imported:
    """Conversations with ids of their own, not kept yet, and what could not be read."""

    conversations: tuple[Conversation, ...]
    format: Format
    skipped: tuple[Note, ...] = ()
