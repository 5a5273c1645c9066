"""The database of a home folder, which several processes use at once: short transactions, one writer.

Opened at the first use, so that a home that cannot be written costs only what needs the database.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.store import migrations

_BUSY_S = 15.0


class Store:
    """One SQLite file. May be used from any thread; a thread waits for its turn."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    def rows(self, question: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """What a SELECT finds. Raises Problems as `write` does."""
        with self._lock, self._failures():
            return self._open().execute(question, values).fetchall()

    @contextlib.contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction, alone among all processes: whole or not at all. Keep it short.

        Raises:
            Problem: `store_unusable` (path, detail), `store_full` (path), `store_broken` (path, detail),
                `store_newer` (path).
        """
        with self._lock, self._failures():
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def close(self) -> None:
        """For good: what comes late (a figure of a session that ended) opens nothing again."""
        with self._lock:
            self._closed = True
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._closed:
            raise Problem("store_unusable", path=str(self.path), detail="it is closed")
        if self._connection is None:
            connection = connect(self.path)
            try:
                migrations.apply(connection, self.path)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
                raise Problem("store_full", path=str(self.path)) from error
            raise Problem("store_unusable", path=str(self.path), detail=str(error)) from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            raise Problem("store_broken", path=str(self.path), detail=str(error)) from error
        except OSError as error:
            raise Problem(
                "store_unusable", path=str(self.path), detail=error.strerror or str(error)
            ) from error


def connect(path: Path) -> sqlite3.Connection:
    """A connection that waits for other processes. Raises OSError and sqlite3 errors."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection
