"""A turn of a conversation: a message of the user's, or a reply as far as it has come."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from qwendesk.api.messages import Message
from qwendesk.api.problem import Note
from qwendesk.api.reply import Delta, Failed, Finished, PromptBuilt, PromptRead, ReplyEvent, Resplit
from qwendesk.chat.settings import Record
from qwendesk.store.attachments import AttachmentFiles

Role = Literal["user", "assistant", "tool"]
AttachmentKind = Literal["text", "image", "audio"]
TurnState = Literal["waiting", "reading", "streaming", "finished", "cancelled", "failed"]
_last = 0
_lock = threading.Lock()


def new_id() -> int:
    """Ids grow with time, and no two processes make the same: milliseconds, then chance."""
    global _last
    with _lock:
        made = (time.time_ns() // 1_000_000 << 20) | secrets.randbits(20)
        _last = made if made > _last else _last + 1
        return _last


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message, kept as it was read: text as UTF-8, an image or a recording encoded.

    Args:
        files: where its content lies.
        tokens: that its text takes, where they were counted.
    """

    name: str
    kind: AttachmentKind
    sha256: str
    size: int
    files: AttachmentFiles = field(repr=False, compare=False)
    tokens: int | None = None

    @property
    def path(self) -> Path:
        """The file that holds it, which may be sealed: to read it, `read`. Raises what the database does."""
        return self.files.place(self.sha256)

    def read(self) -> bytes:
        """The content. Raises OSError where it is gone, and what the database does where it is locked."""
        return self.files.read(self.sha256)

    def text(self) -> str:
        """The content of a text, with plain line ends. Raises as `read` does."""
        return self.read().decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. Turns of a conversation are a tree: versions of a message have one parent.

    Args:
        parent: the turn before it; None for the first.
        problem: why a reply failed; what had come in before stays in `reasoning` and `answer`.
        read: how far the prompt is processed.
        reasoning_tokens, first, last: tokens of reasoning so far and the monotonic times around them.
        created: seconds since the epoch.
        record: what made a reply.
        name: of the tool whose result this is.
    """

    id: int
    role: Role
    answer: str = ""
    reasoning: str = ""
    state: TurnState = "finished"
    read: PromptRead | None = None
    reasoning_tokens: int = 0
    tokens: int = 0
    first: float | None = None
    answer_first: float | None = None
    last: float | None = None
    finished: Finished | None = None
    problem: Note | None = None
    log: tuple[str, ...] = field(default=(), repr=False)
    model: str = ""
    images: tuple[bytes, ...] = field(default=(), repr=False)
    parent: int | None = None
    created: float = 0.0
    record: Record | None = None
    attachments: tuple[Attachment, ...] = ()
    name: str = ""
    audios: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def running(self) -> bool:
        return self.state in ("waiting", "reading", "streaming")

    def after(self, event: ReplyEvent) -> Turn:
        """This turn once the event has happened."""
        match event:
            case PromptBuilt():
                return self._made_from(event)
            case PromptRead():
                return replace(self, state="reading", read=event)
            case Delta():
                return self._with_text(event)
            case Resplit():
                return replace(self, reasoning=event.reasoning, answer=event.answer)
            case Finished():
                state: TurnState = "cancelled" if event.reason == "cancelled" else "finished"
                return replace(
                    self, state=state, finished=event, reasoning=event.reasoning, answer=event.answer
                )
            case Failed():
                return replace(self, state="failed", problem=event.problem, log=event.log)

    def _made_from(self, prompt: PromptBuilt) -> Turn:
        if self.record is None:
            return self
        return replace(self, record=replace(self.record, template_sha256=prompt.template_sha256))

    def _with_text(self, delta: Delta) -> Turn:
        changes: dict[str, object] = {
            "state": "streaming",
            "tokens": self.tokens + delta.tokens,
            "first": delta.first if self.first is None else self.first,
            "last": delta.last,
        }
        if delta.part == "reasoning":
            changes |= {
                "reasoning": self.reasoning + delta.text,
                "reasoning_tokens": self.reasoning_tokens + delta.tokens,
            }
        else:
            changes |= {"answer": self.answer + delta.text}
            if self.answer_first is None:
                changes["answer_first"] = delta.first
        return replace(self, **changes)  # type: ignore[arg-type]

    def cancelled(self) -> Turn:
        """This turn, stopped before the model was asked."""
        return replace(self, state="cancelled")

    def message(self) -> Message:
        """The turn as the model will see it. Raises OSError where an attachment is gone."""
        calls = self.finished.tool_calls if self.finished else ()
        texts = [one.text() for one in self.attachments if one.kind == "text"]
        content = "\n\n".join((*texts, self.answer)) if texts else self.answer
        return Message(
            self.role,
            content,
            self.reasoning,
            calls,
            name=self.name,
            images=(*self.images, *self._read("image")),
            audios=(*self.audios, *self._read("audio")),
        )

    def _read(self, kind: AttachmentKind) -> Iterator[bytes]:
        return (one.read() for one in self.attachments if one.kind == kind)
