"""How the tables came to be: numbered functions, applied once each, in order.

To add a table, add a function at the end with the next number, decorated with `@migration`. Never change
one that has been released. The names of those applied stand in the table `migrations`; before the first
new one, a copy of the file is put beside it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from qwendesk.api.problem import Problem

Step = Callable[[sqlite3.Connection], None]
COPY = ".before-"
_STEPS: dict[str, Step] = {}


def migration(step: Step) -> Step:
    """Registers a step under its function's name: m0007_what_it_adds."""
    _STEPS[step.__name__] = step
    return step


@migration
def m0001_ledger(db: sqlite3.Connection) -> None:
    db.execute(
        """CREATE TABLE ledger (
            number INTEGER PRIMARY KEY,
            started REAL NOT NULL,
            host TEXT NOT NULL,
            method TEXT NOT NULL,
            action TEXT NOT NULL,
            what TEXT NOT NULL,
            subject TEXT NOT NULL,
            bytes_out INTEGER NOT NULL,
            bytes_in INTEGER NOT NULL,
            status INTEGER,
            seconds REAL,
            problem TEXT NOT NULL
        )"""
    )
    db.execute("CREATE INDEX ledger_started ON ledger (started)")


@migration
def m0002_downloads(db: sqlite3.Connection) -> None:
    db.execute(
        """CREATE TABLE pulls (
            number INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            mirrors TEXT NOT NULL,
            repo TEXT NOT NULL,
            revision TEXT NOT NULL,
            label TEXT NOT NULL,
            root TEXT NOT NULL,
            position REAL NOT NULL,
            paused INTEGER NOT NULL,
            created REAL NOT NULL
        )"""
    )
    db.execute(
        """CREATE TABLE pulled_files (
            number INTEGER PRIMARY KEY,
            pull INTEGER NOT NULL REFERENCES pulls ON DELETE CASCADE,
            path TEXT NOT NULL,
            size INTEGER NOT NULL,
            sha256 TEXT,
            git_sha1 TEXT,
            state TEXT NOT NULL,
            done INTEGER NOT NULL,
            owner TEXT,
            problem TEXT,
            notes TEXT NOT NULL,
            UNIQUE (pull, path)
        )"""
    )
    db.execute("CREATE TABLE queue (one INTEGER PRIMARY KEY CHECK (one = 1), held TEXT)")
    db.execute("INSERT INTO queue VALUES (1, NULL)")


@migration
def m0003_library(db: sqlite3.Connection) -> None:
    db.execute(
        """CREATE TABLE summaries (
            path TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            version TEXT NOT NULL,
            summary BLOB NOT NULL
        ) WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE shelf (
            path TEXT PRIMARY KEY,
            root TEXT NOT NULL,
            name TEXT NOT NULL,
            format TEXT NOT NULL,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            parts INTEGER NOT NULL,
            origin TEXT NOT NULL,
            repo TEXT NOT NULL,
            mmproj TEXT NOT NULL,
            added REAL NOT NULL,
            gone INTEGER NOT NULL
        ) WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE remarks (
            path TEXT PRIMARY KEY,
            tags TEXT NOT NULL,
            notes TEXT NOT NULL,
            used REAL
        ) WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE hashes (
            path TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            checked REAL,
            expected TEXT NOT NULL,
            source TEXT NOT NULL
        ) WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE trash (
            number INTEGER PRIMARY KEY,
            removed REAL NOT NULL,
            name TEXT NOT NULL,
            size INTEGER NOT NULL,
            shelf TEXT NOT NULL,
            moves TEXT NOT NULL
        )"""
    )


@migration
def m0004_loads(db: sqlite3.Connection) -> None:
    db.execute(
        """CREATE TABLE loads (
            number INTEGER PRIMARY KEY,
            happened REAL NOT NULL,
            model TEXT NOT NULL,
            runtime TEXT NOT NULL,
            options TEXT NOT NULL,
            estimated INTEGER NOT NULL,
            measured INTEGER NOT NULL
        )"""
    )


@migration
def m0005_speeds(db: sqlite3.Connection) -> None:
    db.execute(
        """CREATE TABLE speeds (
            number INTEGER PRIMARY KEY,
            happened REAL NOT NULL,
            model TEXT NOT NULL,
            runtime TEXT NOT NULL,
            tokens INTEGER NOT NULL,
            tokens_per_s REAL NOT NULL,
            bytes_per_token INTEGER NOT NULL
        )"""
    )


@migration
def m0006_conversations(db: sqlite3.Connection) -> None:
    db.execute(
        """CREATE TABLE conversations (
            id INTEGER PRIMARY KEY,
            title TEXT NOT NULL,
            system TEXT NOT NULL,
            folder TEXT NOT NULL,
            pinned INTEGER NOT NULL,
            archived INTEGER NOT NULL,
            trashed REAL,
            created REAL NOT NULL,
            updated REAL NOT NULL,
            draft TEXT NOT NULL,
            model TEXT NOT NULL,
            head INTEGER,
            skipped INTEGER,
            summary TEXT NOT NULL
        )"""
    )
    db.execute(
        """CREATE TABLE messages (
            id INTEGER PRIMARY KEY,
            conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
            parent INTEGER,
            role TEXT NOT NULL,
            answer TEXT NOT NULL,
            reasoning TEXT NOT NULL,
            state TEXT NOT NULL,
            model TEXT NOT NULL,
            created REAL NOT NULL,
            owner TEXT NOT NULL,
            indexed INTEGER NOT NULL,
            extra TEXT NOT NULL
        )"""
    )
    db.execute("CREATE INDEX messages_conversation ON messages (conversation)")
    db.execute("CREATE INDEX messages_not_indexed ON messages (indexed) WHERE indexed = 0")
    # What a prompt shares with the one before it is not kept twice.
    db.execute(
        """CREATE TABLE prompts (
            message INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
            base INTEGER,
            shared INTEGER NOT NULL,
            rest BLOB NOT NULL
        )"""
    )
    # Only the index: the words are those of the messages. Its texts come with spaces around each ideograph,
    # so that a phrase finds words of any length in scripts that do not write them apart.
    db.execute(
        "CREATE VIRTUAL TABLE words USING fts5"
        " (text, content='', tokenize=\"unicode61 remove_diacritics 2\", prefix='2 3')"
    )


@migration
def m0007_metrics(db: sqlite3.Connection) -> None:
    db.execute(
        """CREATE TABLE metric_series (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            runtime TEXT NOT NULL,
            settings TEXT NOT NULL,
            metric TEXT NOT NULL,
            UNIQUE (kind, name, runtime, settings, metric)
        )"""
    )
    db.execute(
        """CREATE TABLE metric_values (
            series INTEGER NOT NULL REFERENCES metric_series,
            at REAL NOT NULL,
            value REAL NOT NULL,
            PRIMARY KEY (series, at)
        ) WITHOUT ROWID"""
    )
    # Values of a span, by its length in seconds.
    db.execute(
        """CREATE TABLE metric_spans (
            series INTEGER NOT NULL REFERENCES metric_series,
            length INTEGER NOT NULL,
            at INTEGER NOT NULL,
            count INTEGER NOT NULL,
            total REAL NOT NULL,
            least REAL NOT NULL,
            most REAL NOT NULL,
            PRIMARY KEY (series, length, at)
        ) WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE metric_replies (
            number INTEGER PRIMARY KEY,
            at REAL NOT NULL,
            model TEXT NOT NULL,
            runtime TEXT NOT NULL,
            settings TEXT NOT NULL,
            figures TEXT NOT NULL
        )"""
    )
    db.execute("CREATE INDEX metric_replies_whose ON metric_replies (model, runtime, settings)")


@migration
def m0008_good_loads(db: sqlite3.Connection) -> None:
    db.execute(
        """CREATE TABLE good_loads (
            model TEXT PRIMARY KEY,
            runtime TEXT NOT NULL,
            version TEXT NOT NULL,
            options TEXT NOT NULL,
            happened REAL NOT NULL
        ) WITHOUT ROWID"""
    )
    db.execute("CREATE TABLE engines (runtime TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID")


@migration
def m0009_good_environments(db: sqlite3.Connection) -> None:
    """The engine environment that gave the reply; empty for the application's own interpreter."""
    db.execute("ALTER TABLE good_loads ADD COLUMN environment TEXT NOT NULL DEFAULT ''")


@migration
def m0010_lab(db: sqlite3.Connection) -> None:
    db.execute(
        """CREATE TABLE lab (
            key TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            machine TEXT NOT NULL,
            subject TEXT NOT NULL,
            settings TEXT NOT NULL,
            happened REAL NOT NULL,
            result TEXT NOT NULL,
            problem TEXT NOT NULL
        )"""
    )
    db.execute("CREATE INDEX lab_sha256 ON lab (sha256)")


@migration
def m0011_good_files(db: sqlite3.Connection) -> None:
    """The size and time of the file that gave the reply, for another one may lie there later; 0: unknown."""
    for column in ("size", "modified"):
        db.execute(f"ALTER TABLE good_loads ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")


def are_applied(db: sqlite3.Connection, *, fixed: bool = False) -> bool:
    """Whether there is nothing to do. A file that was put in place a moment ago has no WAL yet.

    `fixed`: it is only read, and has no WAL for that.
    """
    return (fixed or _is_wal(db)) and _applied(db) == list(_STEPS)


def alone(path: Path) -> AbstractContextManager[object]:
    """Whoever changes the file's form or its tables does it under this lock; others wait.

    Also for what SQLite does not wait for: two processes that change the journal of a new file at once.
    """
    from filelock import FileLock

    return FileLock(path.with_name(path.name + ".lock"))


def apply(db: sqlite3.Connection, path: Path) -> None:
    """Bring the database up to date, under the lock of `alone`.

    Raises:
        Problem: `store_newer` where a newer QwenDesk has been here.
    """
    if not _is_wal(db):
        db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
    done = _applied(db)
    if unknown := [name for name in done if name not in _STEPS]:
        raise Problem("store_newer", path=str(path), detail=", ".join(unknown))
    missing = [name for name in _STEPS if name not in done]
    if done and missing:
        _copy(db, path.with_name(f"{path.name}{COPY}{missing[0][:5]}"))
    for name in missing:
        _take(db, name)


def _is_wal(db: sqlite3.Connection) -> bool:
    return str(db.execute("PRAGMA journal_mode").fetchone()[0]).lower() == "wal"


def _applied(db: sqlite3.Connection) -> list[str]:
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").fetchone():
        return []
    return [row[0] for row in db.execute("SELECT name FROM migrations ORDER BY name")]


def _take(db: sqlite3.Connection, name: str) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        _STEPS[name](db)
        db.execute("INSERT INTO migrations VALUES (?)", (name,))
    except BaseException:
        db.rollback()
        raise
    db.commit()


def _copy(db: sqlite3.Connection, target: Path) -> None:
    """As it is, locked where it is locked."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    db.execute("VACUUM INTO ?", (str(part),))
    part.replace(target)
