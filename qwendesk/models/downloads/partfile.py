"""A file that is being fetched: FILE.part, its block map, and a lock that dies with its process."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from filelock import FileLock, Timeout

from qwendesk.api.problem import Problem
from qwendesk.api.sources import RemoteFile
from qwendesk.models.downloads.blockmap import BlockMap
from qwendesk.models.downloads.hashing import Beside, Boundary, Prefixes, expected, new_hash
from qwendesk.models.downloads.names import PART
from qwendesk.models.downloads.pace import Stopped
from qwendesk.models.downloads.room import writing_failed

if TYPE_CHECKING:
    from hashlib import _Hash

CHUNK = 1 << 20
_SENT = 32 << 20


class PartFile:
    """Bytes in order, hashed as they come. Everything that the disk refuses is a Problem.

    Raises:
        Problem: `download_elsewhere` (path), `download_disk_full` (path), `download_unwritable`
            (path, detail).
    """

    def __init__(self, target: Path, file: RemoteFile) -> None:
        self.target = target
        self.file = file
        self.done = self._sent = 0
        self._part = target.with_name(target.name + PART)
        self._map_path = target.with_name(target.name + PART + ".map")
        self._lock = FileLock(target.with_name(target.name + PART + ".lock"))
        self._out: BinaryIO | None = None
        self._map = BlockMap(self._map_path, file, 0)
        self._prefixes = self._hashing(lambda end, digest: None)
        self._beside: Beside | None = None

    def __enter__(self) -> PartFile:
        with self._failures():
            self.target.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire(timeout=0)
            except Timeout as error:
                raise Problem("download_elsewhere", path=str(self.target)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError, Problem):
            self.settle()
        self._map.close()
        if self._out is not None:
            self._out.close()
        self._lock.release()

    @property
    def block(self) -> int:
        return self._map.block

    def open(self, stopped: Callable[[], bool], reading: Callable[[int], None]) -> int:
        """Check what is there and keep as much as is as it was received.

        Returns:
            How many bytes at the end of the part file are dropped, because they were not written whole.

        Raises:
            Stopped: nothing was changed.
        """
        with self._failures():
            self._map = BlockMap.load(self._map_path, self.file)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
            self._out = os.fdopen(os.open(self._part, flags, 0o644), "r+b", buffering=0)
            there = os.fstat(self._out.fileno()).st_size
            self.done, so_far = self._verified(stopped, reading)
            self._map.cut(self.done // self._map.block)
            self._sent = self.done
            self._out.truncate(self.done)
            self._out.seek(self.done)
            self._prefixes = Prefixes(so_far, self.done, self._map.block, self._map.add)
            return there - self.done

    def append(self, data: bytes) -> None:
        """The next bytes. After a failure the file is as long as before."""
        assert self._out is not None
        with self._failures():
            view = memoryview(data)
            try:
                while view:
                    view = view[self._out.write(view) :]
            except OSError:
                with contextlib.suppress(OSError):
                    self._out.truncate(self.done)
                    self._out.seek(self.done)
                raise
            self.done += len(data)
            self._start_writing()
            if self._beside is None:
                self._beside = Beside(self._prefixes)
            self._beside.feed(data)

    def _start_writing(self) -> None:
        """Send to the disk what came, so that the end need not wait for all of it at once."""
        if self.done - self._sent >= _SENT and hasattr(os, "posix_fadvise"):
            assert self._out is not None
            os.posix_fadvise(self._out.fileno(), self._sent, self.done - self._sent, os.POSIX_FADV_DONTNEED)
            self._sent = self.done

    def settle(self) -> None:
        """Everything appended is hashed, and the map is up to date."""
        beside, self._beside = self._beside, None
        if beside is not None:
            with self._failures():
                beside.finish()

    def matches(self) -> bool:
        """Whether the bytes are those that the hub promised; true where it promised nothing."""
        self.settle()
        wanted = expected(self.file)
        return self.done == self.file.size and wanted in (None, self._prefixes.hexdigest())

    def read(self, start: int, end: int) -> bytes:
        """Bytes that are there."""
        assert self._out is not None
        with self._failures():
            self._out.seek(start)
            data = bytearray()
            while len(data) < end - start and (piece := self._out.read(end - start - len(data))):
                data += piece
            return bytes(data)

    def overwrite(self, start: int, data: bytes) -> None:
        """Replace bytes that are there; `rehash` is due afterwards."""
        assert self._out is not None
        with self._failures():
            self._out.seek(start)
            self._out.write(data)

    def rehash(self, stopped: Callable[[], bool]) -> bool:
        """Read everything again; whether it matches now. Raises Stopped."""
        self.settle()
        with self._failures():
            prefixes = self._hashing(lambda end, digest: None)
            for piece in self._pieces():
                if stopped():
                    raise Stopped
                prefixes.update(piece)
        self._prefixes = prefixes
        return self.matches()

    def finish(self) -> None:
        """Move the file into its place, whole: it survives a loss of power from here on."""
        assert self._out is not None
        with self._failures():
            os.fsync(self._out.fileno())
            self._out.close()
            self._out = None
            self._part.replace(self.target)
            _sync_folder(self.target.parent)
            self._map.close()
            self._map_path.unlink(missing_ok=True)
            self._forget_lock()

    def discard(self) -> None:
        """Throw away what was fetched."""
        with contextlib.suppress(Problem):
            self.settle()
        self._map.close()
        if self._out is not None:
            self._out.close()
            self._out = None
        with self._failures():
            self._part.unlink(missing_ok=True)
            self._map_path.unlink(missing_ok=True)
            self._forget_lock()

    def _forget_lock(self) -> None:
        # While it is held: whoever opens it from here on makes a new one.
        if os.name == "posix":
            Path(self._lock.lock_file).unlink(missing_ok=True)

    def _verified(self, stopped: Callable[[], bool], reading: Callable[[int], None]) -> tuple[int, _Hash]:
        """How many bytes agree with the block map, in whole blocks, and their hash."""
        known, block = self._map.known, self._map.block
        good, so_far = 0, new_hash(self.file)

        def compare(end: int, digest: bytes) -> None:
            nonlocal good, so_far
            if good == end - block and end // block <= len(known) and known[end // block - 1] == digest:
                good, so_far = end, prefixes.so_far()

        prefixes = self._hashing(compare)
        for piece in self._pieces(len(known) * block):
            if stopped():
                raise Stopped
            prefixes.update(piece)
            reading(good)
            if prefixes.done - good >= block:
                break
        return good, so_far

    def _hashing(self, boundary: Boundary) -> Prefixes:
        return Prefixes(new_hash(self.file), 0, self._map.block, boundary)

    def _pieces(self, most: int | None = None) -> Iterator[bytes]:
        assert self._out is not None
        self._out.seek(0)
        left = self.file.size if most is None else min(most, self.file.size)
        while left > 0 and (piece := self._out.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise writing_failed(error, self.target) from error


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
