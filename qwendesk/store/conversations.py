"""Rows of conversations: what is known of them, messages, the prompts of replies, the index of words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qwendesk.store.connection import Store

_ABOUT = (
    "id",
    "title",
    "system",
    "folder",
    "pinned",
    "archived",
    "trashed",
    "created",
    "updated",
    "draft",
    "model",
    "head",
    "skipped",
    "summary",
)
_MESSAGE = (
    "id",
    "conversation",
    "parent",
    "role",
    "answer",
    "reasoning",
    "state",
    "model",
    "created",
    "owner",
    "indexed",
    "extra",
)
_SHOWN = "SELECT c.*, (SELECT count(*) FROM messages m WHERE m.conversation = c.id) AS messages"


class ConversationRows:
    """The tables `conversations`, `messages`, `prompts`, `words`. Methods raise as `Store` does."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def attachment_key(self) -> bytes | None:
        """What attachments are sealed with; None where the database is plain."""
        return self._store.attachment_key()

    def conversations(self) -> list[sqlite3.Row]:
        """All of them, the one changed last first."""
        return self._store.rows(f"{_SHOWN} FROM conversations c ORDER BY c.updated DESC, c.id DESC")

    def conversation(self, id: int) -> sqlite3.Row | None:
        found = self._store.rows(f"{_SHOWN} FROM conversations c WHERE c.id = ?", (id,))
        return found[0] if found else None

    def messages(self, conversation: int) -> list[sqlite3.Row]:
        """In the order in which they were made."""
        return self._store.rows("SELECT * FROM messages WHERE conversation = ? ORDER BY id", (conversation,))

    def write(self, abouts: Iterable[Sequence[Any]], messages: Iterable[Sequence[Any]]) -> None:
        """Add or replace, in one transaction; values in the order of the columns."""
        with self._store.write() as db:
            db.executemany(_upsert("conversations", _ABOUT), abouts)
            db.executemany(_upsert("messages", _MESSAGE, keep="indexed"), messages)

    def change(self, id: int, values: Mapping[str, Any]) -> None:
        """Set some columns of a conversation."""
        names = ", ".join(f"{one} = ?" for one in values if one in _ABOUT)
        with self._store.write() as db:
            db.execute(f"UPDATE conversations SET {names} WHERE id = ?", (*values.values(), id))  # noqa: S608

    def remove(self, ids: Iterable[int], words: Iterable[tuple[int, str]]) -> None:
        """For good, with everything that belongs to them; `words` are their entries in the index."""
        with self._store.write() as db:
            db.executemany("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", words)
            db.executemany("DELETE FROM conversations WHERE id = ?", [(one,) for one in ids])

    def not_indexed(self, most: int) -> list[sqlite3.Row]:
        """Messages that the index does not know yet."""
        return self._store.rows(
            "SELECT * FROM messages WHERE indexed = 0 AND owner = '' ORDER BY id LIMIT ?", (most,)
        )

    def owned(self) -> list[sqlite3.Row]:
        """Replies that somebody writes, or wrote until it was ended."""
        return self._store.rows("SELECT id, owner FROM messages WHERE indexed = 0 AND owner != ''")

    def disown(self, ids: Iterable[int], problem: bytes) -> None:
        """Nobody writes these any more."""
        with self._store.write() as db:
            db.executemany(
                "UPDATE messages SET owner = '', state = 'failed',"
                " extra = json_set(extra, '$.problem', json(?)) WHERE id = ?",
                [(problem.decode(), one) for one in ids],
            )

    def index(self, words: Sequence[tuple[int, str]]) -> None:
        """Take messages into the index, where nobody else did meanwhile."""
        with self._store.write() as db:
            for id, text in words:
                found = db.execute("UPDATE messages SET indexed = 1 WHERE id = ? AND indexed = 0", (id,))
                if found.rowcount:
                    db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (id, text))

    def search(self, match: str, most: int) -> list[sqlite3.Row]:
        """Messages with these words (FTS5's language), the newest first, with their conversation's facts."""
        return self._store.rows(
            "SELECT m.id, m.conversation, m.role, m.answer, m.reasoning, m.created, c.title, c.trashed"
            " FROM (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?) AS w"
            " JOIN messages m ON m.id = w.rowid JOIN conversations c ON c.id = m.conversation"
            " ORDER BY m.id DESC",
            (match, most),
        )

    def prompt(self, message: int) -> sqlite3.Row | None:
        found = self._store.rows("SELECT * FROM prompts WHERE message = ?", (message,))
        return found[0] if found else None

    def keep_prompt(self, message: int, base: int | None, shared: int, rest: bytes) -> None:
        with self._store.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO prompts (message, base, shared, rest)"
                " SELECT id, ?, ?, ? FROM messages WHERE id = ?",
                (base, shared, rest, message),
            )


def _upsert(table: str, columns: Sequence[str], keep: str = "") -> str:
    """`keep`: a column that stays as it is where the row is there already."""
    marks = ", ".join("?" * len(columns))
    sets = ", ".join(f"{one} = excluded.{one}" for one in columns[1:] if one != keep)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        f" ON CONFLICT (id) DO UPDATE SET {sets}"
    )
