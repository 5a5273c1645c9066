"""Rows of the library: what lies where, what is known of it, and what a person wrote about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from qwendesk.store.connection import Store

_SHELF = (
    "path",
    "root",
    "name",
    "format",
    "size",
    "modified",
    "parts",
    "origin",
    "repo",
    "mmproj",
    "added",
    "gone",
)


class LibraryRows:
    """The tables `shelf`, `summaries`, `remarks`, `hashes`, `trash`. Methods raise as `Store` does."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def shelf(self) -> list[sqlite3.Row]:
        """Every model that was ever seen, also those that are gone."""
        return self._store.rows("SELECT * FROM shelf ORDER BY path")

    def put(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add or replace rows of the shelf, their values in the order of its columns."""
        marks = ", ".join("?" * len(_SHELF))
        with self._store.write() as db:
            db.executemany(f"INSERT OR REPLACE INTO shelf ({', '.join(_SHELF)}) VALUES ({marks})", rows)  # noqa: S608

    def mark_gone(self, paths: Iterable[str]) -> None:
        with self._store.write() as db:
            db.executemany("UPDATE shelf SET gone = 1 WHERE path = ?", [(one,) for one in paths])

    def forget(self, path: str) -> None:
        """Take a model from the shelf; remarks and hashes stay, should it come back."""
        with self._store.write() as db:
            db.execute("DELETE FROM shelf WHERE path = ?", (path,))

    def summaries(self, version: str) -> list[sqlite3.Row]:
        return self._store.rows(
            "SELECT path, size, modified, summary FROM summaries WHERE version = ?", (version,)
        )

    def summary(self, path: str, version: str) -> sqlite3.Row | None:
        found = self._store.rows(
            "SELECT path, size, modified, summary FROM summaries WHERE path = ? AND version = ?",
            (path, version),
        )
        return found[0] if found else None

    def keep_summaries(self, version: str, rows: Iterable[tuple[str, int, int, bytes]]) -> None:
        with self._store.write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO summaries (version, path, size, modified, summary)"
                " VALUES (?, ?, ?, ?, ?)",
                [(version, *one) for one in rows],
            )

    def remarks(self) -> list[sqlite3.Row]:
        return self._store.rows("SELECT * FROM remarks")

    def write_remarks(self, path: str, tags: str | None = None, notes: str | None = None) -> None:
        """What is None stays as it is."""
        with self._store.write() as db:
            db.execute("INSERT OR IGNORE INTO remarks VALUES (?, '[]', '', NULL)", (path,))
            db.execute(
                "UPDATE remarks SET tags = coalesce(?, tags), notes = coalesce(?, notes) WHERE path = ?",
                (tags, notes, path),
            )

    def write_used(self, path: str, when: float) -> None:
        with self._store.write() as db:
            db.execute(
                "INSERT INTO remarks VALUES (?, '[]', '', ?)"
                " ON CONFLICT (path) DO UPDATE SET used = excluded.used",
                (path, when),
            )

    def hashes(self) -> list[sqlite3.Row]:
        return self._store.rows("SELECT * FROM hashes")

    def keep_hash(self, values: Sequence[Any]) -> None:
        """path, size, modified, sha256, checked, expected, source."""
        with self._store.write() as db:
            db.execute("INSERT OR REPLACE INTO hashes VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def trash(self) -> list[sqlite3.Row]:
        """The newest first."""
        return self._store.rows("SELECT * FROM trash ORDER BY number DESC")

    def throw(self, removed: float, name: str, size: int, shelf: str, moves: str) -> int:
        with self._store.write() as db:
            found = db.execute(
                "INSERT INTO trash (removed, name, size, shelf, moves) VALUES (?, ?, ?, ?, ?)",
                (removed, name, size, shelf, moves),
            )
            return int(found.lastrowid or 0)

    def take_out(self, number: int) -> None:
        with self._store.write() as db:
            db.execute("DELETE FROM trash WHERE number = ?", (number,))
