"""The results so far: OUT.part, what they belong to in OUT.part.json, and a lock for one process."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from qwendesk.api.problem import Problem
from qwendesk.chat.batch.lines import Lines
from qwendesk.chat.batch.record import written
from qwendesk.system.settings import write_atomically

SYNC_S = 2.0
"""At most this much work is lost with the computer's power; a killed process loses none of what is here."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}


class Part:
    """A file that grows by whole lines. What nothing was written into does not stay.

    Raises:
        Problem: `batch_elsewhere` (path), `batch_unwritable` (path, detail) or `disk_full` (path).
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self.path = target.with_name(target.name + ".part")
        self._about = target.with_name(target.name + ".part.json")
        self._lock = FileLock(target.with_name(target.name + ".part.lock"), thread_local=False)
        self._fd: int | None = None
        self._size = 0
        self._synced = 0.0

    def __enter__(self) -> Part:
        with self._failures():
            self._target.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire(timeout=0)
            except Timeout as error:
                raise Problem("batch_elsewhere", path=str(self._target)) from error
        return self

    def open(self, about: Mapping[str, Any], restart: bool) -> None:
        """Go on with what is there, where it is about the same; `restart` begins anew in any case.

        Raises:
            Problem: `batch_out_exists` (path) or `batch_other_input` (path, detail: what differs).
        """
        with self._failures():
            if restart:
                self.path.unlink(missing_ok=True)
            elif self._target.exists():
                raise Problem("batch_out_exists", path=str(self._target))
            elif self.path.exists() and (others := self._others(about)):
                raise Problem("batch_other_input", path=str(self.path), detail=", ".join(others))
            write_atomically(self._about, msgspec.json.format(msgspec.json.encode(about)))
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)

    def _others(self, about: Mapping[str, Any]) -> list[str]:
        """The names of what is not as it was when this file was begun."""
        try:
            kept = msgspec.json.decode(self._about.read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.DecodeError):
            return [self._about.name]
        return sorted(name for name in {*kept, *about} if kept.get(name) != about.get(name))

    def resume(self, lines: Lines) -> tuple[int, int]:
        """Read past the lines that have their rows here, and cut off what was not written whole.

        Returns:
            How many rows are here, and how many of them are errors.

        Raises:
            Problem: `batch_other_input`, where a row here is not the line's.
        """
        assert self._fd is not None
        done = failed = 0
        with self._failures(), self.path.open("rb") as file:
            for data in file:
                if (row := written(data)) is None:
                    break
                if (line := next(lines, None)) is None or line.number != row.row:
                    raise Problem("batch_other_input", path=str(self.path), detail=f"row {row.row}")
                self._size += len(data)
                done, failed = done + 1, failed + (row.error is not None)
            os.truncate(self._fd, self._size)
            os.lseek(self._fd, self._size, os.SEEK_SET)
        return done, failed

    def append(self, line: bytes) -> None:
        """The next row. After a failure the file is as long as before."""
        assert self._fd is not None
        with self._failures():
            view = memoryview(line)
            try:
                while view:
                    view = view[os.write(self._fd, view) :]
            except OSError:
                with contextlib.suppress(OSError):
                    os.truncate(self._fd, self._size)
                raise
            self._size += len(line)
            if time.monotonic() - self._synced >= SYNC_S:
                self._sync()

    def _sync(self) -> None:
        assert self._fd is not None
        os.fsync(self._fd)
        self._synced = time.monotonic()

    def finish(self) -> None:
        """Move the file into its place, whole."""
        with self._failures():
            self._sync()
            self._close()
            self.path.replace(self._target)
            self._about.unlink(missing_ok=True)

    def _close(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            if self._fd is not None:
                self._sync()
                is_empty = os.fstat(self._fd).st_size == 0
                self._close()
                if is_empty:
                    self.path.unlink(missing_ok=True)
                    self._about.unlink(missing_ok=True)
            if os.name == "posix":
                # While it is held: whoever opens it from here on makes a new one.
                Path(self._lock.lock_file).unlink(missing_ok=True)
        self._lock.release()

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise Problem("disk_full", path=str(self._target)) from error
            detail = error.strerror or str(error)
            raise Problem("batch_unwritable", path=str(self._target), detail=detail) from error
