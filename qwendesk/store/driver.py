"""The library that opens a database: Python's own for a plain file, SQLCipher's for a locked one.

Both speak the DB-API 2.0 by the same names, so what is typed as sqlite3's here may be either's.
"""

from __future__ import annotations

import importlib.util
import os
import sqlite3
import unicodedata
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem

BUSY_S = 15.0
PAGE = 4096
_MAGIC = b"SQLite format 3\0"
_SEALED = 224
"""Different bytes, at least, in a page that is encrypted: nearly always all 256. A plain one has fewer."""


def is_locked(path: Path) -> bool:
    """Whether the file is encrypted: whole pages, and all of the first looks like chance.

    Damage is told from encryption by this: a page with some foreign bytes at its beginning, or a page of
    zeros or text, has far fewer different bytes than an encrypted one.

    Opens and closes the file. On POSIX that ends the locks that this process has on it, so it is no
    question to ask while a connection is open.
    """
    try:
        with path.open("rb") as file:
            page, size = file.read(PAGE), file.seek(0, os.SEEK_END)
    except OSError:
        return False
    return size > 0 and size % PAGE == 0 and not page.startswith(_MAGIC) and len(set(page)) >= _SEALED


def is_fixed(path: Path) -> bool:
    """Whether it can be read only: it is whole, and its folder takes no log of what is written beside it."""
    log = path.with_name(path.name + "-wal")
    has_log = log.is_file() and log.stat().st_size > 0
    return path.is_file() and not has_log and not os.access(path.parent, os.W_OK | os.X_OK)


def is_supported() -> bool:
    """Whether SQLCipher is installed. Imports nothing."""
    return importlib.util.find_spec("sqlcipher3") is not None


def cipher() -> Any:
    """SQLCipher's module. Raises Problem `store_locked_unsupported`."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise Problem("store_locked_unsupported") from error
    return dbapi2


def connect_plain(path: Path) -> sqlite3.Connection:
    """Raises OSError and sqlite3's errors."""
    return _made(sqlite3, path, BUSY_S)


def connect_locked(path: Path, passphrase: str | None, busy_s: float = BUSY_S) -> sqlite3.Connection:
    """By SQLCipher; a plain file, too, where the passphrase is None. Checks the passphrase.

    The key is derived as SQLCipher 4 does it: PBKDF2 with HMAC-SHA512, 256,000 rounds.

    Raises:
        Problem: `store_locked_unsupported`, `store_passphrase_wrong` (path).
        sqlcipher3's errors.
    """
    module = cipher()
    connection = _made(module, path, busy_s)
    try:
        # SQLCipher would tell of a wrong passphrase on stderr, too; and its defaults may change one day.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute("PRAGMA cipher_default_compatibility = 4")
        if passphrase is not None:
            _give_key(module, connection, path, passphrase)
    except BaseException:
        connection.close()
        raise
    return connection


def _give_key(module: Any, connection: Any, path: Path, passphrase: str) -> None:
    if not is_usable(passphrase):
        raise Problem("store_passphrase_wrong", path=str(path))
    connection.set_key(key_of(passphrase))
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except module.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) != module.SQLITE_NOTADB:
            raise
        raise Problem("store_passphrase_wrong", path=str(path)) from error


def opens(path: Path, passphrase: str) -> bool:
    """Whether this passphrase opens the file. Takes as long as a key takes to derive (about 0.2 s)."""
    try:
        connect_locked(path, passphrase).close()
    except Problem as problem:
        if problem.id != "store_passphrase_wrong":
            raise
        return False
    return True


def is_usable(passphrase: str) -> bool:
    """Whether it can be a passphrase: not empty, and of characters that can be typed."""
    return bool(passphrase) and passphrase.isprintable()


def key_of(passphrase: str) -> str:
    """One form for what keyboards of different systems send for the same letter."""
    return unicodedata.normalize("NFC", passphrase)


def _made(module: Any, path: Path, busy_s: float) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1" if is_fixed(path) else path
    made: sqlite3.Connection = module.connect(
        address, timeout=busy_s, isolation_level=None, check_same_thread=False, uri=address is not path
    )
    made.row_factory = module.Row
    return made
