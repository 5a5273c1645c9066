"""Rows of what worked: the last good load of each model, and the version of each engine that was tested."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from qwendesk.store.connection import Store


class GoodLoadRows:
    """The tables `good_loads` and `engines`. Methods raise the Problems of `Store`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, values: Sequence[Any]) -> None:
        """A row: model (a path), runtime, version, options (JSON), happened.

        Then, as far as they are known: the engine environment, and the size and time of the model's files.
        It takes the place of the one before.
        """
        whole = (*values, *("", 0, 0)[len(values) - 5 :])
        with self._store.write() as db:
            db.execute("INSERT OR REPLACE INTO good_loads VALUES (?, ?, ?, ?, ?, ?, ?, ?)", whole)

    def of(self, model: str) -> sqlite3.Row | None:
        """The row of a model."""
        rows = self._store.rows("SELECT * FROM good_loads WHERE model = ?", (model,))
        return rows[0] if rows else None

    def worked(self, runtime: str) -> str:
        """The version of a runtime's engine that gave the last good reply of any model; empty if none did."""
        rows = self._store.rows(
            "SELECT version FROM good_loads WHERE runtime = ? ORDER BY happened DESC LIMIT 1", (runtime,)
        )
        return str(rows[0]["version"]) if rows else ""

    def keep_engine(self, runtime: str, version: str) -> None:
        """This version of a runtime was tested, or is the first one seen."""
        with self._store.write() as db:
            db.execute("INSERT OR REPLACE INTO engines VALUES (?, ?)", (runtime, version))

    def engines(self) -> dict[str, str]:
        """The version of each runtime by its id."""
        return {row["runtime"]: row["version"] for row in self._store.rows("SELECT * FROM engines", ())}
