"""Foreign bytes from the first to the last; nothing is taken that is not there."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray


class Cut(Exception):
    """The bytes end too early, or say what cannot be; the text says which."""


class ByteReader:
    """Little-endian numbers and texts, one behind the other. Every method raises Cut."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self.at = 0

    def take(self, count: int) -> memoryview:
        """The next bytes."""
        if not 0 <= count <= len(self._data) - self.at:
            raise Cut("it ends too early")
        self.at += count
        return self._data[self.at - count : self.at]

    def i32(self) -> int:
        return int(struct.unpack("<i", self.take(4))[0])

    def u32(self) -> int:
        return int(struct.unpack("<I", self.take(4))[0])

    def u64(self) -> int:
        return int(struct.unpack("<Q", self.take(8))[0])

    def text(self, length: int, longest: int) -> str:
        """A text of this many bytes."""
        if length > longest:
            raise Cut(f"a text of {length} bytes")
        try:
            return str(self.take(length), "utf-8")
        except UnicodeDecodeError:
            raise Cut("a text is no UTF-8") from None

    def floats(self, count: int) -> NDArray[np.float32]:
        """As many 32-bit floats; a view of the bytes."""
        return np.frombuffer(self.take(4 * count), "<f4")

    def is_at_end(self) -> bool:
        return self.at == len(self._data)
