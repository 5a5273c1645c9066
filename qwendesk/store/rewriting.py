"""A database written anew with another passphrase, or none, and compared with what it was made from."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.store import driver

_SOON_S = 1.0
Counts = dict[str, int]


@contextlib.contextmanager
def alone_with(path: Path, passphrase: str | None) -> Iterator[sqlite3.Connection]:
    """A connection while no other process has one; the file is complete without a log beside it then.

    Raises:
        Problem: `store_in_use` (path) where another process has it open, `store_passphrase_wrong` (path).
    """
    with closing(driver.connect_locked(path, passphrase, _SOON_S)) as connection:
        try:
            # SQLite gives up the log only to the last one that has the file open.
            connection.execute("PRAGMA journal_mode = DELETE")
        except driver.cipher().OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            raise Problem("store_in_use", path=str(path)) from error
        yield connection


def export(source: sqlite3.Connection, target: Path, passphrase: str | None, key: bytes | None) -> None:
    """Write everything into a new file.

    Args:
        passphrase: of the new file; None for a plain one.
        key: of attachments, kept in it; None for a plain one, or where `source` has it already.
    """
    source.execute("ATTACH ? AS made KEY ?", (str(target), driver.key_of(passphrase or "")))
    # Half of it is of no use to anybody, so it needs no journal; and nothing may stay in unused pages.
    source.execute("PRAGMA made.journal_mode = OFF")
    source.execute("PRAGMA made.secure_delete = ON")
    source.execute("SELECT sqlcipher_export('made')")
    if passphrase is None:
        source.execute("DROP TABLE made.lock")
    elif key is not None:
        source.execute("CREATE TABLE made.lock (key BLOB NOT NULL)")
        source.execute("INSERT INTO made.lock VALUES (?)", (key,))
    source.execute("DETACH made")


def must_be_same(path: Path, passphrase: str | None, expected: Counts) -> None:
    """Open the new file as it will be opened, and look at every page and every table.

    Raises:
        Problem: `lock_not_verified` (path, detail).
    """
    with closing(driver.connect_locked(path, passphrase)) as made:
        found = [str(row[0]) for row in made.execute("PRAGMA quick_check")]
        if passphrase is not None:
            found += [str(row[0]) for row in made.execute("PRAGMA cipher_integrity_check")]
        if found != ["ok"]:
            raise Problem("lock_not_verified", path=str(path), detail=found[-1])
        counted = counts(made)
    if counted != expected:
        wrong = {name for name in counted.keys() | expected if counted.get(name) != expected.get(name)}
        raise Problem("lock_not_verified", path=str(path), detail=", ".join(sorted(wrong)))


def counts(db: sqlite3.Connection) -> Counts:
    """Rows by table, also of those that stand behind the index of words; the lock's own is left out."""
    names = [
        str(row[0])
        for row in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name != 'lock'"
        )
    ]
    quoted = [(one, one.replace('"', '""')) for one in names]
    return {one: int(db.execute(f'SELECT count(*) FROM "{safe}"').fetchone()[0]) for one, safe in quoted}  # noqa: S608
