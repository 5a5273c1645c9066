"""The file that a job makes: written beside its place under another name, moved there when it is whole."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from qwendesk.api.problem import Problem

_MARK = ".qwendesk-part"
"""Nobody else calls a file so: what is left of a killed process can be removed without asking."""
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class Target:
    """A context: within it `part` may be written, by any process; `finish` keeps it, else nothing stays.

    Raises:
        Problem: `target_exists`, `target_elsewhere`, `disk_full` (path), `target_unwritable` (path, detail).
    """

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        self.path = path.absolute()
        self.part = self.path.with_name(f".{self.path.name}{_MARK}")
        self._overwrite = overwrite
        self._lock = _lock_of(self.part)
        self._made: list[Path] = []

    def __enter__(self) -> Target:
        self._must_be_free()
        with self._failures():
            self._made = [one for one in self.path.parents if not one.exists()]
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire(timeout=0)
            except Timeout as error:
                raise Problem("target_elsewhere", path=str(self.path)) from error
            self.part.unlink(missing_ok=True)
            _remove_leftovers(self.path.parent)
        return self

    def finish(self) -> None:
        """Move the part into its place: it survives a loss of power from here on."""
        self._must_be_free()
        with self._failures():
            # Windows only flushes what is open for writing.
            with self.part.open("r+b") as file:
                os.fsync(file.fileno())
            self.part.replace(self.path)
            self._made.clear()
            _sync(self.path.parent)

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.part.unlink(missing_ok=True)
        _forget(self._lock)
        for folder in self._made:
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _must_be_free(self) -> None:
        if self.path.is_dir() or (self.path.exists() and not self._overwrite):
            raise Problem("target_exists", path=str(self.path))

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise Problem("disk_full", path=str(self.path)) from error
            detail = error.strerror or str(error)
            raise Problem("target_unwritable", path=str(self.path), detail=detail) from error


def _lock_of(part: Path) -> FileLock:
    return FileLock(part.with_name(part.name + ".lock"), thread_local=False)


def _remove_leftovers(folder: Path) -> None:
    """Parts of processes that were killed: their locks are free."""
    for found in folder.glob(f".*{_MARK}.lock"):
        part = found.with_suffix("")
        lock = _lock_of(part)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            continue
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        _forget(lock)


def _forget(lock: FileLock) -> None:
    if os.name == "posix":
        # While it is held: whoever opens it from here on makes a new one.
        with contextlib.suppress(OSError):
            Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()


def _sync(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
