"""The lines of a file that hold something, one at a time and hashed on the way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from qwendesk.api.problem import Problem

MOST = 8 << 20
"""Bytes of a line; a longer one is told as such and read past."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end. `number` counts every line from 1; `data` is None where it is too long."""

    number: int
    data: bytes | None


class Lines:
    """An iterator over the lines that are not blank. Never more than one of them is in memory.

    Raises:
        Problem: `file_unreadable` (path, detail), when it is opened or on the way.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hash = hashlib.sha256()
        self._number = 0
        try:
            if path.exists() and not path.is_file():
                # A pipe can be read once only, and would be waited for.
                raise Problem("file_unreadable", path=str(path), detail="it is no regular file")
            self._file = path.open("rb")
        except OSError as error:
            raise self._unreadable(error) from error

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> Line:
        while piece := self._piece():
            self._number += 1
            data = self._whole(piece.removeprefix(_BOM) if self._number == 1 else piece)
            if data is None or data.strip():
                return Line(self._number, data)
        raise StopIteration

    def _whole(self, piece: bytes) -> bytes | None:
        """The line that begins with this piece, or None once it was read past."""
        if len(piece) <= MOST:
            return piece.rstrip(b"\r\n")
        while piece and not piece.endswith(b"\n"):
            piece = self._piece()
        return None

    def _piece(self) -> bytes:
        try:
            piece = self._file.readline(MOST + 1)
        except OSError as error:
            raise self._unreadable(error) from error
        self._hash.update(piece)
        return piece

    def _unreadable(self, error: OSError) -> Problem:
        return Problem("file_unreadable", path=str(self._path), detail=error.strerror or str(error))

    def hexdigest(self) -> str:
        """The SHA-256 of everything that was read."""
        return self._hash.hexdigest()

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
