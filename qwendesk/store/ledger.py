"""Rows of the ledger of requests."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from qwendesk.store.connection import Store

_COLUMNS = (
    "started, host, method, action, what, subject, bytes_out, bytes_in, status, seconds, problem"  # in order
)


class LedgerRows:
    """The table `ledger`. Methods raise the Problems of `Store`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def insert(self, values: Sequence[Any]) -> int:
        """A new row, its values in the order of the columns; returns its number."""
        with self._store.write() as db:
            marks = ", ".join("?" * len(values))
            found = db.execute(f"INSERT INTO ledger ({_COLUMNS}) VALUES ({marks})", values)  # noqa: S608
            return int(found.lastrowid or 0)

    def update(
        self, number: int, bytes_in: int, status: int | None, seconds: float | None, problem: str
    ) -> None:
        with self._store.write() as db:
            db.execute(
                "UPDATE ledger SET bytes_in = ?, status = ?, seconds = ?, problem = ? WHERE number = ?",
                (bytes_in, status, seconds, problem, number),
            )

    def since(self, when: float, most: int) -> list[sqlite3.Row]:
        """The newest rows first."""
        return self._store.rows(
            "SELECT * FROM ledger WHERE started >= ? ORDER BY number DESC LIMIT ?", (when, most)
        )

    def forget_before(self, when: float) -> None:
        with self._store.write() as db:
            db.execute("DELETE FROM ledger WHERE started < ?", (when,))
