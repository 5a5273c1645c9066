"""The database of a home folder, which several processes use at once: short transactions, one writer.

Opened at the first use, so that a home that cannot be written costs only what needs the database.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.store import driver, migrations, sweeping

Passphrase = Callable[[], str | None]


class Store:
    """One SQLite file, plain or locked. May be used from any thread; a thread waits for its turn."""

    def __init__(self, path: Path, passphrase: Passphrase = lambda: None) -> None:
        """`passphrase` is asked for at the first use, and only where the file is locked."""
        self.path = path
        self._passphrase = passphrase
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._library: Any = sqlite3
        self._place: tuple[int, int] | None = None
        self._closed = False

    def rows(self, question: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """What a SELECT finds. Raises Problems as `write` does."""
        with self._lock, self._failures():
            connection = self._open()
            self._must_be_in_place()
            return connection.execute(question, values).fetchall()

    @contextlib.contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction, alone among all processes: whole or not at all. Keep it short.

        Raises:
            Problem: `store_unusable` (path, detail), `store_read_only` (path), `store_busy` (path),
                `store_full` (path), `store_broken` (path, detail), `store_newer` (path), `store_moved`
                (path). Where the file is locked `store_locked` (path), `store_passphrase_wrong` (path),
                `store_locked_unsupported`.
        """
        with self._lock, self._failures():
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._must_be_in_place()
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def faults(self, most: int = 20) -> list[str]:
        """What SQLite's own check of the whole file finds wrong; empty where all is in order.

        Reads all of it, on a connection of its own: nobody waits meanwhile. Raises as `write` does.
        """
        with self._lock:
            self.rows("SELECT 1")
        with self._failures(), contextlib.closing(self._connected()) as connection:
            found = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({most})")]
        return [] if found == ["ok"] else found

    @property
    def locked(self) -> bool:
        """Whether it takes a passphrase to open it."""
        with self._lock:
            if self._connection is None:
                return driver.is_locked(self.path)
            return self._library is not sqlite3

    def unlock(self, passphrase: str | None = None) -> None:
        """Open a locked database now, with this passphrase or the one that is known.

        Raises as `write` does; a plain one is left alone.
        """
        with self._lock:
            if not self.locked:
                return
            before = self._passphrase
            if passphrase is not None:
                self._open_with(passphrase)
            try:
                self.rows("SELECT 1")
            except BaseException:
                self._passphrase = before
                raise

    def attachment_key(self) -> bytes | None:
        """What attachments are sealed with; None where the database is plain."""
        with self._lock:
            return bytes(self.rows("SELECT key FROM lock")[0]["key"]) if self.locked else None

    @contextlib.contextmanager
    def replacing(self) -> Iterator[Callable[[str | None], None]]:
        """Nobody here uses the file meanwhile. Call what is given with the passphrase of the new one."""
        with self._lock:
            self._disconnect()
            yield self._open_with

    def _open_with(self, passphrase: str | None) -> None:
        self._passphrase = lambda: passphrase

    def close(self) -> None:
        """For good: what comes late (a figure of a session that ended) opens nothing again."""
        with self._lock:
            self._closed = True
            self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._closed:
            raise Problem("store_unusable", path=str(self.path), detail="it is closed")
        if self._connection is None:
            self._connection = self._up_to_date()
            self._place = _place(self.path)
        return self._connection

    def _up_to_date(self) -> sqlite3.Connection:
        connection = self._connected()
        try:
            if migrations.are_applied(connection, fixed=driver.is_fixed(self.path)):
                return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        # Only under this lock is it sure that the file is not replaced between its opening and its first use.
        with migrations.alone(self.path):
            connection = self._connected()
            try:
                sweeping.sweep(self.path, locked=self._library is not sqlite3)
                migrations.apply(connection, self.path)
            except BaseException:
                connection.close()
                raise
        return connection

    def _connected(self) -> sqlite3.Connection:
        """A connection that waits for other processes."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._place = _place(self.path)
        locked = driver.is_locked(self.path)
        self._library = driver.cipher() if locked else sqlite3
        connection = self._unlocked() if locked else driver.connect_plain(self.path)
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    def _unlocked(self) -> sqlite3.Connection:
        passphrase = self._passphrase()
        if passphrase is None:
            raise Problem("store_locked", path=str(self.path))
        return driver.connect_locked(self.path, passphrase)

    def _must_be_in_place(self) -> None:
        """A file that was put in the place of ours is not written to by the way of the old one."""
        if _place(self.path) != self._place:
            raise Problem("store_moved", path=str(self.path))

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, self._library.DatabaseError) as error:
            if isinstance(error, self._library.IntegrityError | self._library.ProgrammingError):
                raise
            raise self._problem(error) from error
        except OSError as error:
            raise Problem(
                "store_unusable", path=str(self.path), detail=error.strerror or str(error)
            ) from error

    def _problem(self, error: Exception) -> Problem:
        path, code = str(self.path), getattr(error, "sqlite_errorcode", 0) & 0xFF
        if self._place is not None and _place(self.path) != self._place:
            return Problem("store_moved", path=path)
        if code == sqlite3.SQLITE_FULL:
            return Problem("store_full", path=path)
        if code == sqlite3.SQLITE_READONLY:
            return Problem("store_read_only", path=path)
        if code == sqlite3.SQLITE_BUSY:
            return Problem("store_busy", path=path)
        if isinstance(error, self._library.OperationalError):
            return Problem("store_unusable", path=path, detail=str(error))
        return Problem("store_broken", path=path, detail=str(error))


def _place(path: Path) -> tuple[int, int] | None:
    """The file itself, whatever it is called; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)
