"""A database that is damaged: what can be read of it moves into a new one, the old file is kept aside."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.store import driver, migrations
from qwendesk.store.connection import Store

_SIDES = ("", "-wal", "-shm")
_NOT_COPIED = ("migrations", "words")
"""Made by the migrations; and the search index, which is filled again from the messages."""


# Rows that belong to lost ones: a chat is made again of its messages, a message begins where its parent was.
_JOINING = (
    "UPDATE messages SET indexed = 0",
    "UPDATE messages SET parent = NULL WHERE parent NOT IN (SELECT id FROM messages)",
    """INSERT INTO conversations (id, title, system, folder, pinned, archived, created, updated, draft, model,
            head, summary)
        SELECT conversation, coalesce((SELECT substr(answer, 1, 60) FROM messages m
            WHERE m.conversation = messages.conversation AND role = 'user' ORDER BY id LIMIT 1), ''),
            '', '', 0, 0, min(created), max(created), '', max(model), max(id), ''
        FROM messages WHERE conversation NOT IN (SELECT id FROM conversations) GROUP BY conversation""",
    "DELETE FROM prompts WHERE message NOT IN (SELECT id FROM messages)",
)


@dataclass(frozen=True, slots=True)
class Salvaged:
    """How many rows could be read, and where the old file is."""

    rows: int
    aside: Path


def salvage(store: Store) -> Salvaged:
    """Set the file aside, make a new one, and copy every row that can still be read.

    Nothing of the old file is changed. Raises:
        Problem: `store_is_locked` (path) for one that is encrypted: without its first page it cannot be
            read at all; `store_unusable` (path, detail) where the folder cannot be written.
    """
    path = store.path
    if driver.is_locked(path):
        raise Problem("store_is_locked", path=str(path))
    try:
        with store.replacing() as replaced, migrations.alone(path):
            aside = _set_aside(path)
            rows = _copied(aside, path)
            replaced(None)
    except OSError as error:
        raise Problem("store_unusable", path=str(path), detail=error.strerror or str(error)) from error
    return Salvaged(rows, aside)


def _set_aside(path: Path) -> Path:
    """The file and what SQLite has beside it, under a name with the date."""
    aside = path.with_name(f"{path.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}")
    for side in _SIDES:
        one = path.with_name(path.name + side)
        if one.exists():
            one.replace(aside.with_name(aside.name + side))
    return aside


def _copied(old: Path, new: Path) -> int:
    with contextlib.closing(driver.connect_plain(new)) as target:
        migrations.apply(target, new)
        target.execute("PRAGMA foreign_keys = OFF")  # until what belongs to lost rows is joined again
        with contextlib.closing(sqlite3.connect(f"{old.absolute().as_uri()}?mode=ro", uri=True)) as source:
            try:
                source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlite3.DatabaseError:
                return 0
            target.execute("BEGIN IMMEDIATE")
            rows = sum(_copy(source, target, table) for table in _tables(target))
            for step in _JOINING:
                target.execute(step)
            target.commit()
    return rows


def _tables(database: sqlite3.Connection) -> list[str]:
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [
        name for (name,) in found if name not in _NOT_COPIED and not name.startswith(("sqlite_", "words_"))
    ]


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> int:
    """Rows of one table: from its beginning until one cannot be read, then from its end."""
    names = [row[1] for row in target.execute(f'PRAGMA table_info("{table}")')]
    try:
        known = {row[1] for row in source.execute(f'PRAGMA table_info("{table}")')}
    except sqlite3.DatabaseError:
        return 0
    columns = [one for one in names if one in known]
    if not columns:
        return 0
    listed = ", ".join(f'"{one}"' for one in columns)
    marks = ", ".join("?" * len(columns))
    put = f'INSERT OR IGNORE INTO "{table}" ({listed}) VALUES ({marks})'  # noqa: S608 - names of our own tables
    before = target.total_changes
    for order in ("", " ORDER BY rowid DESC"):
        ask = f'SELECT {listed} FROM "{table}"{order}'  # noqa: S608
        if _put(target, put, _readable(source, ask)):
            break
    return target.total_changes - before


def _put(target: sqlite3.Connection, put: str, rows: Iterable[Sequence[object] | None]) -> bool:
    """Whether all rows came; None stands for the place where reading failed."""
    for row in rows:
        if row is None:
            return False
        target.execute(put, tuple(row))
    return True


def _readable(source: sqlite3.Connection, ask: str) -> Iterator[Sequence[object] | None]:
    try:
        yield from source.execute(ask)
    except (sqlite3.DatabaseError, OverflowError):
        yield None
