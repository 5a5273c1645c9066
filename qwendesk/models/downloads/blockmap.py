"""The block map beside a part file: digests of its prefixes, appended as blocks are complete.

A first line in JSON says of which file; what follows are bare digests of equal length.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from qwendesk.api.sources import RemoteFile
from qwendesk.models.downloads.hashing import block_size, expected, new_hash

_MOST_HEAD = 4096


@dataclass(slots=True)
class BlockMap:
    """Digests that are known, in order; the n-th one is of the first (n + 1) blocks."""

    path: Path
    file: RemoteFile
    block: int
    known: list[bytes] = field(default_factory=list)
    _out: BinaryIO | None = None

    @classmethod
    def load(cls, path: Path, file: RemoteFile) -> BlockMap:
        """What is there, if it is of this very file; else an empty map. Raises OSError."""
        fresh = cls(path, file, block_size(file.size))
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return fresh
        head, _, tail = data[:_MOST_HEAD].partition(b"\n")
        if head != fresh._head().rstrip(b"\n"):
            return fresh
        tail = data[len(head) + 1 :]
        length = new_hash(file).digest_size
        fresh.known = [tail[at : at + length] for at in range(0, len(tail) - length + 1, length)]
        return fresh

    def cut(self, count: int) -> None:
        """Keep that many digests, and write on from there; a crash leaves the old map or the new one.

        Raises OSError.
        """
        self.close()
        del self.known[count:]
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_bytes(self._head() + b"".join(self.known))
        fresh.replace(self.path)
        self._out = self.path.open("ab", buffering=0)

    def add(self, end: int, digest: bytes) -> None:
        """The next digest. Raises OSError."""
        if end == (len(self.known) + 1) * self.block:
            self.known.append(digest)
            if self._out is not None:
                self._out.write(digest)

    def close(self) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None

    def _head(self) -> bytes:
        of = hashlib.sha256(self.file.path.encode("utf-8", "replace")).hexdigest()
        head = {"name": of, "size": self.file.size, "hash": expected(self.file), "block": self.block}
        return json.dumps(head, sort_keys=True).encode() + b"\n"
