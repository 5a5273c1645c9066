"""Rows of what the lab measured."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from qwendesk.store.connection import Store


class LabRows:
    """The table `lab`. Methods raise the Problems of `Store`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, values: Sequence[Any]) -> None:
        """A row: key, kind, sha256, machine, subject, settings, happened, result, problem.

        It takes the place of the one with the same key.
        """
        with self._store.write() as db:
            db.execute("INSERT OR REPLACE INTO lab VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def of(self, key: str) -> sqlite3.Row | None:
        """The row with this key."""
        rows = self._store.rows("SELECT * FROM lab WHERE key = ?", (key,))
        return rows[0] if rows else None

    def all(self) -> list[sqlite3.Row]:
        """Every row, the oldest first."""
        return self._store.rows("SELECT * FROM lab ORDER BY happened, key", ())

    def forget(self, keys: Sequence[str]) -> None:
        """These rows are gone."""
        with self._store.write() as db:
            db.executemany("DELETE FROM lab WHERE key = ?", [(one,) for one in keys])
