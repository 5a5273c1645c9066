"""A moving window over a file that is read from its start: small reads, long skips, nothing beyond its end.

No memory map: a drive that goes away would end the process instead of raising OSError.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

_STEP = 1 << 16
_WALK = 1 << 20
_SAMPLE = 512
_MOST_KNOWN = 64
_U64 = struct.Struct("<Q")

# How long arrays of texts were that began like this, by count and first bytes; and how they ended.
_known: dict[tuple[int, bytes], tuple[int, bytes]] = {}


class Lie(Exception):
    """The bytes claim something that the file cannot hold."""


class Window:
    """A cursor. `at` is its place in the file, `size` the file's."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self.size = file, size
        self._data, self._start, self._place = b"", 0, 0

    @property
    def at(self) -> int:
        return self._start + self._place

    def must_hold(self, length: int) -> None:
        """Raises Lie where fewer bytes are left than that."""
        if length > self.size - self.at:
            raise Lie(f"{length} bytes are claimed where fewer are left")

    def take(self, length: int) -> bytes:
        """The next bytes."""
        place = self._place
        if place + length > len(self._data):
            self._fill(length)
            place = self._place
        self._place = place + length
        return self._data[place : place + length]

    def unpack(self, form: struct.Struct) -> tuple[Any, ...]:
        """The next numbers."""
        place = self._place
        if place + form.size > len(self._data):
            self._fill(form.size)
            place = self._place
        self._place = place + form.size
        return form.unpack_from(self._data, place)

    def peek(self, form: struct.Struct, ahead: int = 0) -> int:
        """The number that many bytes ahead; the cursor stays."""
        if self._place + ahead + form.size > len(self._data):
            self._fill(ahead + form.size)
        number: int = form.unpack_from(self._data, self._place + ahead)[0]
        return number

    def skip(self, length: int) -> None:
        self.must_hold(length)
        self._place += length

    def _fill(self, length: int, step: int = _STEP) -> None:
        """Have that many bytes in the window, from where the cursor stands."""
        if self._place + length <= len(self._data):
            return
        self.must_hold(length)
        at = self.at
        self._data, self._start, self._place = self._read(at, max(length, step)), at, 0
        if len(self._data) < length:
            raise Lie("the file ends inside its header")

    def _read(self, at: int, length: int) -> bytes:
        self._file.seek(at)
        return self._file.read(length)

    def walk_texts(self, count: int) -> None:
        """Go past that many texts, each behind its length, and remember where they led."""
        begin = self.at
        head = self._read(begin, _SAMPLE)
        for _ in range(count):
            if self._place + 8 > len(self._data):
                self._fill(8, _WALK)
            (length,) = _U64.unpack_from(self._data, self._place)
            if length > self.size - self._start - self._place - 8:
                raise Lie(f"a text of {length} bytes")
            self._place += 8 + length
        if len(_known) < _MOST_KNOWN and self.at - begin > _SAMPLE:
            _known[count, head] = self.at - begin, self._read(self.at - _SAMPLE, _SAMPLE)

    def step_over_known(self, count: int) -> bool:
        """Skip texts that begin and end like known ones; whether that was so."""
        begin = self.at
        known = _known.get((count, self._read(begin, _SAMPLE)))
        if known is None:
            return False
        length, end = known
        if length > self.size - begin or self._read(begin + length - _SAMPLE, _SAMPLE) != end:
            return False
        self._place += length
        return True
