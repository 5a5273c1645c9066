"""Rows of the queue of downloads: pulls, their files, and what holds all of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from qwendesk.store.connection import Store

_WAITING = """SELECT f.*, p.position FROM pulled_files f JOIN pulls p ON p.number = f.pull
    WHERE p.paused = 0 AND f.state IN ('queued', 'running') ORDER BY p.position, f.number"""


class DownloadRows:
    """The tables `pulls`, `pulled_files` and `queue`. Methods raise the Problems of `Store`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, pull: dict[str, Any], files: Sequence[dict[str, Any]]) -> int:
        """A new pull at the end of the queue; returns its number."""
        with self._store.write() as db:
            last = db.execute("SELECT COALESCE(MAX(position), 0) FROM pulls").fetchone()[0]
            number = _insert(db, "pulls", {**pull, "position": last + 1})
            for file in files:
                _insert(db, "pulled_files", {**file, "pull": number})
            return number

    def pulls(self) -> list[sqlite3.Row]:
        return self._store.rows("SELECT * FROM pulls ORDER BY position, number")

    def files(self) -> list[sqlite3.Row]:
        return self._store.rows("SELECT * FROM pulled_files ORDER BY number")

    def pull(self, number: int) -> sqlite3.Row | None:
        return next(iter(self._store.rows("SELECT * FROM pulls WHERE number = ?", (number,))), None)

    def files_of(self, pull: int) -> list[sqlite3.Row]:
        return self._store.rows("SELECT * FROM pulled_files WHERE pull = ? ORDER BY number", (pull,))

    def file(self, number: int) -> sqlite3.Row | None:
        """The file's row, with `paused` of its pull."""
        question = """SELECT f.*, p.paused FROM pulled_files f JOIN pulls p ON p.number = f.pull
            WHERE f.number = ?"""
        return next(iter(self._store.rows(question, (number,))), None)

    def set_pull(self, number: int, **values: Any) -> None:
        with self._store.write() as db:
            _update(db, "pulls", number, values)

    def set_file(self, number: int, **values: Any) -> None:
        with self._store.write() as db:
            _update(db, "pulled_files", number, values)

    def set_files(self, pull: int, from_states: Collection[str], **values: Any) -> None:
        """Change every file of a pull that is in one of these states."""
        names = ", ".join(f"{name} = ?" for name in values)
        marks = ", ".join("?" * len(from_states))
        with self._store.write() as db:
            db.execute(
                f"UPDATE pulled_files SET {names} WHERE pull = ? AND state IN ({marks})",  # noqa: S608
                (*values.values(), pull, *from_states),
            )

    def waiting(self) -> list[sqlite3.Row]:
        """Files that want to be fetched or are, in the queue's order."""
        return self._store.rows(_WAITING)

    def claim(self, number: int, before: str | None, owner: str) -> bool:
        """Take a file, if it still belongs to whom it belonged to before."""
        with self._store.write() as db:
            found = db.execute(
                """UPDATE pulled_files SET state = 'running', owner = ?, problem = NULL
                WHERE number = ? AND state IN ('queued', 'running') AND owner IS ?""",
                (owner, number, before),
            )
            return found.rowcount == 1

    def remove(self, pull: int) -> None:
        with self._store.write() as db:
            db.execute("DELETE FROM pulls WHERE number = ?", (pull,))

    def held(self) -> str | None:
        """Why the whole queue waits, as it was written; None where it does not."""
        row = self._store.rows("SELECT held FROM queue")[0]
        return None if row["held"] is None else str(row["held"])

    def hold(self, reason: str | None) -> None:
        with self._store.write() as db:
            db.execute("UPDATE queue SET held = ?", (reason,))


def _insert(db: sqlite3.Connection, table: str, values: dict[str, Any]) -> int:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    found = db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))  # noqa: S608
    return int(found.lastrowid or 0)


def _update(db: sqlite3.Connection, table: str, number: int, values: dict[str, Any]) -> None:
    names = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE {table} SET {names} WHERE number = ?", (*values.values(), number))  # noqa: S608
