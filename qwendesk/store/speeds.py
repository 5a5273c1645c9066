"""Rows of how fast replies were."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from qwendesk.store.connection import Store

_KEPT = 500


class SpeedRows:
    """The table `speeds`. Methods raise the Problems of `Store`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def insert(self, values: Sequence[Any]) -> None:
        """A row: happened, model, runtime, tokens, tokens_per_s, bytes_per_token. Old ones make room."""
        with self._store.write() as db:
            db.execute(
                "INSERT INTO speeds (happened, model, runtime, tokens, tokens_per_s, bytes_per_token) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )
            db.execute("DELETE FROM speeds WHERE number <= (SELECT MAX(number) FROM speeds) - ?", (_KEPT,))

    def of(self, model: str, runtime: str, most: int) -> list[float]:
        """The speeds of that model there, in tokens a second, the newest first."""
        question = (
            "SELECT tokens_per_s FROM speeds WHERE model = ? AND runtime = ? ORDER BY number DESC LIMIT ?"
        )
        return [float(row[0]) for row in self._store.rows(question, (model, runtime, most))]

    def last(self, most: int) -> list[sqlite3.Row]:
        """The newest rows first, those of health checks left out: they tell no bytes."""
        return self._store.rows(
            "SELECT * FROM speeds WHERE bytes_per_token > 0 ORDER BY number DESC LIMIT ?", (most,)
        )
