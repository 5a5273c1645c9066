"""The lock of a home: its database and its attachments encrypted with a passphrase.

A change of the lock writes everything anew beside what is there, compares both, puts the new database into
the place of the old one in a single step, and removes the old form. Whatever ends it early leaves the old
home or the new one, and the next opening sweeps away what is left of the other.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qwendesk.api.problem import Problem
from qwendesk.store import attachments, driver, migrations, rewriting, sweeping
from qwendesk.store.connection import Store

Phase = Literal["copying", "checking", "attachments", "sweeping"]
Write = Callable[[Path, Path], None]


@dataclass(frozen=True, slots=True)
class LockAdvanced:
    """How far a change of the lock is: `done` of `total` files, where they are counted."""

    phase: Phase
    done: int = 0
    total: int = 0


class Locking:
    """Locks a home, changes its passphrase, and takes the lock away. Everything blocks.

    All methods raise what `Store` does, and
        Problem: `passphrase_unusable`, `store_in_use` (path) where another process has the database open,
            `lock_not_verified` (path, detail), `lock_failed` (path, detail); nothing is changed then.
            `lock_left_behind` (path, detail): it is done, but for this file of the old form.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        plain: Sequence[Path] = (),
        publish: Callable[[object], None] = lambda event: None,
    ) -> None:
        """`folder` of attachments, beside the database; `plain`: further files that a lock removes."""
        self._store, self._path, self._folder = store, store.path, folder
        self._plain, self._publish = plain, publish

    def lock(self, passphrase: str) -> None:
        """Raises Problem `store_is_locked` (path) where it is."""
        if self._store.locked:
            raise Problem("store_is_locked", path=str(self._path))
        self._store.rows("SELECT 1")  # what an earlier change left is gone by this
        key = secrets.token_bytes(attachments.KEY_BYTES)
        found = attachments.plain_files(self._folder)
        moves = [(one, attachments.sealed_place(self._folder, one.name, key)) for one in found]

        def write(before: Path, after: Path) -> None:
            sweeping.write(after, attachments.sealed(before.read_bytes(), before.name, key))

        self._rewrite(None, _usable(passphrase), moves, write, key)

    def unlock_for_good(self, passphrase: str) -> None:
        """Decrypt everything. Raises Problem `store_is_plain` (path), `store_passphrase_wrong` (path)."""
        key = self._key()
        moves: list[tuple[Path, Path]] = []
        for one in attachments.sealed_files(self._folder):
            with suppress(OSError):  # it is another home's: there is no key for it
                sha256, _ = attachments.unsealed(one.read_bytes(), one.name, key)
                moves.append((one, attachments.plain_place(self._folder, sha256)))

        def write(before: Path, after: Path) -> None:
            sweeping.write(after, attachments.unsealed(before.read_bytes(), before.name, key)[1])

        self._rewrite(passphrase, None, moves, write)

    def change(self, old: str, new: str) -> None:
        """Another passphrase. Raises Problem `store_is_plain` (path), `store_passphrase_wrong` (path)."""
        self._key()
        self._rewrite(old, _usable(new), (), lambda before, after: None)

    def _key(self) -> bytes:
        key = self._store.attachment_key()
        if key is None:
            raise Problem("store_is_plain", path=str(self._path))
        return key

    def _rewrite(
        self,
        old: str | None,
        new: str | None,
        moves: Sequence[tuple[Path, Path]],
        write: Write,
        key: bytes | None = None,
    ) -> None:
        """Everything in the new form beside the old one, then in its place. `moves`: attachments."""
        change = sweeping.Change(new is not None, *(self._names(side) for side in zip(*moves, strict=True)))
        with self._failures(), self._store.replacing() as replaced, migrations.alone(self._path):
            try:
                self._write_anew(old, new, change, key)
                for done, (before, after) in enumerate(moves):
                    self._publish(LockAdvanced("attachments", done, len(moves)))
                    write(before, after)
                self._put_in_place(new is not None)
                replaced(new)
            finally:
                sweeping.sweep(self._path, driver.is_locked(self._path), self._tell_swept)
        self._store.rows("SELECT 1")

    def _names(self, files: Sequence[Path]) -> tuple[str, ...]:
        return tuple(one.relative_to(self._path.parent).as_posix() for one in files)

    def _tell_swept(self, done: int, total: int) -> None:
        self._publish(LockAdvanced("sweeping", done, total))

    def _write_anew(
        self, old: str | None, new: str | None, change: sweeping.Change, key: bytes | None
    ) -> None:
        made = sweeping.new_file(self._path)
        self._publish(LockAdvanced("copying"))
        with rewriting.alone_with(self._path, old) as source:
            sweeping.begin(self._path, change)
            sweeping.remove(made)
            rewriting.export(source, made, new, key)
            expected = rewriting.counts(source)
        self._publish(LockAdvanced("checking"))
        rewriting.must_be_same(made, new, expected)

    def _put_in_place(self, locks: bool) -> None:
        made, aside = sweeping.new_file(self._path), sweeping.old_file(self._path)
        copies = self._path.parent.glob(f"{self._path.name}{migrations.COPY}*")
        plain = (*self._plain, *attachments.half_files(self._folder)) if locks else ()
        for one in (*copies, *plain):
            sweeping.remove(one)
        sweeping.remove(aside, keep=self._path)
        with suppress(OSError):  # a disk without links: the old file is deleted without being overwritten
            os.link(self._path, aside)
        sweeping.settle(self._path.parent, [made])
        made.replace(self._path)
        sweeping.settle(self._path.parent)

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        path, library = str(self._path), driver.cipher()
        try:
            yield
        except library.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
                raise Problem("store_full", path=path) from error
            raise Problem("lock_failed", path=path, detail=str(error)) from error
        except OSError as error:
            raise Problem("lock_failed", path=path, detail=error.strerror or str(error)) from error


def _usable(passphrase: str) -> str:
    if not driver.is_usable(passphrase):
        raise Problem("passphrase_unusable")
    return passphrase
