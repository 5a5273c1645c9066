"""Rows of what loads were estimated to take, and what they took."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from qwendesk.store.connection import Store

_KEPT = 500


class LoadRows:
    """The table `loads`. Methods raise the Problems of `Store`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def insert(self, values: Sequence[Any]) -> None:
        """A row: happened, model, runtime, options, estimated, measured. Old ones make room."""
        with self._store.write() as db:
            db.execute(
                "INSERT INTO loads (happened, model, runtime, options, estimated, measured) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )
            db.execute("DELETE FROM loads WHERE number <= (SELECT MAX(number) FROM loads) - ?", (_KEPT,))

    def last(self, most: int) -> list[sqlite3.Row]:
        """The newest rows first."""
        return self._store.rows("SELECT * FROM loads ORDER BY number DESC LIMIT ?", (most,))
