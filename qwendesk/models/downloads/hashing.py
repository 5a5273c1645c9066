"""The hash of a file while its bytes arrive, and the hash of every prefix that ends with a block.

The digests of prefixes are the block map: they cost nothing beyond the one hash that is needed anyway, and
they tell after a crash how much of a part file is as it was received.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

from qwendesk.api.sources import RemoteFile

_SMALLEST, _LARGEST, _BLOCKS = 64 << 10, 16 << 20, 512
_WAITING = 16
Boundary = Callable[[int, bytes], None]


def block_size(size: int) -> int:
    """A power of two, so that a file has some 512 blocks: what a crash costs at most."""
    block = _SMALLEST
    while block < _LARGEST and block * _BLOCKS < size:
        block *= 2
    return block


def new_hash(file: RemoteFile) -> _Hash:
    """SHA-256, or the SHA-1 of a git blob where the hub tells only that one."""
    if file.sha256 is None and file.git_sha1 is not None:
        return hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    return hashlib.sha256()


def expected(file: RemoteFile) -> str | None:
    """What `new_hash` should say in the end; None where the hub tells nothing."""
    return file.sha256 or file.git_sha1


class Prefixes:
    """The running hash; `boundary(end, digest)` is called for each block that is complete."""

    def __init__(self, hash: _Hash, done: int, block: int, boundary: Boundary) -> None:
        """`hash` is that of the first `done` bytes."""
        self._hash = hash
        self._block = block
        self._boundary = boundary
        self.done = done

    def update(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        while view:
            room = self._block - self.done % self._block
            piece, view = view[:room], view[room:]
            self._hash.update(piece)
            self.done += len(piece)
            if self.done % self._block == 0:
                self._boundary(self.done, self._hash.copy().digest())

    def so_far(self) -> _Hash:
        """A copy of the hash as it is now."""
        return self._hash.copy()

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class Beside:
    """Feeds `Prefixes` on a thread of its own: hashing a piece while the next one arrives."""

    def __init__(self, prefixes: Prefixes) -> None:
        self._prefixes = prefixes
        self._pieces: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="hashing", daemon=True)
        self._thread.start()

    def feed(self, data: bytes) -> None:
        """Hand over a piece; waits while too many are waiting. Raises what hashing or the map raised."""
        if self._failed is not None:
            raise self._failed
        self._pieces.put(data)

    def finish(self) -> None:
        """Everything that was fed is hashed."""
        self._pieces.put(None)
        self._thread.join()
        if self._failed is not None:
            raise self._failed

    def _work(self) -> None:
        while (data := self._pieces.get()) is not None:
            if self._failed is None:
                try:
                    self._prefixes.update(data)
                except BaseException as error:
                    self._failed = error
