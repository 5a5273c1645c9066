"""Every conversation that was held: listed, opened, searched, put in order, thrown away and brought back."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from qwendesk.api.problem import Note, Problem
from qwendesk.chat import wording
from qwendesk.chat.conversation import About, Conversation
from qwendesk.chat.rows import about_of, hashes_of, turn_of
from qwendesk.chat.turn import Attachment, AttachmentKind, Turn
from qwendesk.chat.writer import ConversationsChanged, Writer
from qwendesk.store.attachments import AttachmentFiles
from qwendesk.store.conversations import ConversationRows
from qwendesk.system import process

TRASH_DAYS = 30
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: what is known of a conversation, and how many messages it has."""

    about: About
    messages: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A message with the words that were looked for, and a line around the first of them."""

    conversation: int
    title: str
    message: int
    role: str
    part: Literal["answer", "reasoning"]
    excerpt: str
    created: float


class History:
    """Methods that read or change rows block; what a talk tells is written by a thread of its own.

    All of them raise what the store does.
    """

    def __init__(self, rows: ConversationRows, folder: Path, publish: Callable[[object], None]) -> None:
        """`folder`: where attachments lie."""
        self._rows, self._publish = rows, publish
        self._files = AttachmentFiles(folder, rows.attachment_key)
        self._owner = process.this_process()
        self.writer = Writer(rows, publish, self._owner)

    def entries(self) -> list[Entry]:
        """All conversations, also archived and trashed ones, the one changed last first."""
        self.writer.flush()
        found = [Entry(about_of(one), one["messages"]) for one in self._rows.conversations()]
        return [one for one in found if one.messages or one.about.draft]

    def open(self, id: int) -> Conversation:
        """A conversation with all of its turns. Raises Problem `conversation_unknown` (id)."""
        self.writer.flush()
        self.settle()
        row = self._rows.conversation(id)
        if row is None:
            raise Problem("conversation_unknown", id=id)
        turns = [self._read(turn_of(one, self._files)) for one in self._rows.messages(id)]
        return Conversation(about=about_of(row), turns=turns)

    def _read(self, turn: Turn) -> Turn:
        """A reply that another process still writes cannot be followed."""
        if not turn.running:
            return turn
        return replace(turn, state="failed", problem=Note("reply_elsewhere"))

    def find(self, text: str) -> Entry:
        """The conversation with this id, or the newest whose title begins so; "last" is the newest of all.

        Raises:
            Problem: `conversation_unknown` (id).
        """
        kept = [one for one in self.entries() if one.about.trashed is None and one.messages]
        for one in kept:
            if text == "last" or str(one.about.id) == text:
                return one
        for one in kept:
            if text and one.about.title.casefold().startswith(text.casefold()):
                return one
        raise Problem("conversation_unknown", id=text)

    def search(self, typed: str, most: int = 200) -> list[Hit]:
        """Messages with all of these words, the newest first; trashed conversations are left out."""
        self.writer.flush()
        self.settle()
        self.index()
        expression = wording.match(typed)
        if not expression:
            return []
        return [
            self._hit(row, typed) for row in self._rows.search(expression, most) if row["trashed"] is None
        ]

    def _hit(self, row: Any, typed: str) -> Hit:
        answer: str = row["answer"]
        folded = answer.casefold()
        found = any(one in folded for one in wording.needles(typed)) or not row["reasoning"]
        return Hit(
            row["conversation"],
            row["title"],
            row["id"],
            row["role"],
            "answer" if found else "reasoning",
            wording.excerpt(answer if found else row["reasoning"], typed),
            row["created"],
        )

    def index(self) -> None:
        """Take into the index of words what is not there yet."""
        while found := self._rows.not_indexed(_BATCH):
            self._rows.index([(one["id"], _words_of(one)) for one in found])

    def settle(self) -> None:
        """Replies whose process is gone are over; what had come in is there."""
        gone = [
            row["id"]
            for row in self._rows.owned()
            if row["owner"] != self._owner and not process.is_alive(row["owner"])
        ]
        if gone:
            self._rows.disown(gone, msgspec.json.encode(Note("reply_interrupted")))

    def prompt(self, message: int) -> str | None:
        """The exact text that a reply was made from, or None where it was not kept."""
        self.writer.flush()
        pieces: list[str] = []
        wanted: int | None = None
        here: int | None = message
        while here is not None:
            row = self._rows.prompt(here)
            if row is None:
                return None
            shared: int = row["shared"]
            if wanted is None or wanted > shared:
                rest = zlib.decompress(row["rest"]).decode("utf-8", "surrogatepass")
                pieces.append(rest if wanted is None else rest[: wanted - shared])
                wanted = shared
            here = row["base"] if wanted else None
        return "".join(reversed(pieces))

    def change(self, id: int, **values: Any) -> None:
        """Set facts of a conversation by the names of `About`: title, folder, pinned, archived, draft …"""
        self.writer.flush()
        self._rows.change(id, values)
        self._publish(ConversationsChanged(frozenset((id,))))

    def trash(self, id: int) -> None:
        """Throw it away; it can be brought back for 30 days."""
        self.change(id, trashed=time.time())

    def restore(self, id: int) -> None:
        self.change(id, trashed=None)

    def remove(self, ids: Iterable[int]) -> None:
        """For good."""
        self.writer.flush()
        gone = list(ids)
        rows = [row for id in gone for row in self._rows.messages(id)]
        self._rows.remove(gone, [(one["id"], _words_of(one)) for one in rows if one["indexed"]])
        for sha256 in hashes_of(rows) - self._in_use():
            self._files.remove(sha256)
        self._publish(ConversationsChanged(frozenset(gone)))

    def tidy(self) -> None:
        """Remove what has lain in the trash for 30 days."""
        before = time.time() - TRASH_DAYS * 86400
        old = [one.about.id for one in self.entries() if (one.about.trashed or before) < before]
        if old:
            self.remove(old)

    def _in_use(self) -> set[str]:
        return {
            sha256
            for one in self._rows.conversations()
            for sha256 in hashes_of(self._rows.messages(one["id"]))
        }

    def attach(self, name: str, kind: AttachmentKind, content: bytes) -> Attachment:
        """Keep a file's content beside the database, by its hash.

        Raises:
            Problem: `attachment_not_saved` (name, detail).
        """
        try:
            sha256 = self._files.keep(content)
        except OSError as error:
            raise Problem("attachment_not_saved", name=name, detail=error.strerror or str(error)) from error
        return Attachment(name, kind, sha256, len(content), self._files)

    def forget(self, attachment: Attachment) -> None:
        """Remove what was kept of a file that was not sent after all, unless a message has it."""
        self.writer.flush()
        if attachment.sha256 not in self._in_use():
            self._files.remove(attachment.sha256)

    def save(self, conversation: Conversation) -> None:
        """Keep a whole conversation (a branch, an import)."""
        for turn in conversation.everything:
            self.writer.put(conversation.about, turn)
        self.writer.put(conversation.about)

    def close(self) -> None:
        """Write what is left."""
        self.writer.close()


def _words_of(row: Any) -> str:
    return wording.indexed(f"{row['answer']}\n{row['reasoning']}")
