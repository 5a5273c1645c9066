"""The metadata at the start of a GGUF file, read with every length checked: the file may be hostile.

Source of the format: ggml's docs/gguf.md. llama.cpp's /props trims the chat template and invents a
beginning-of-text token where the file names none, so both are read from here.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem

Metadata = dict[str, Any]

_SCALARS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
_STRING, _ARRAY = 8, 9
_MOST_KEYS = 65_536
_LONGEST_KEY = 65_535
_DEEPEST = 3
# Long and of no use here; walking over them is enough.
_SKIPPED = frozenset({"tokenizer.ggml.merges", "tokenizer.ggml.scores"})


class _DamagedError(Exception):
    """The bytes contradict themselves; becomes a Problem in `read_metadata`."""


def read_metadata(path: str) -> Metadata:
    """The key-value pairs of a GGUF file; strings are bytes.

    Raises:
        Problem: `model_missing`, `model_unreadable`, `model_not_gguf` or `model_damaged`.
    """
    if not Path(path).is_file():
        raise Problem("model_missing", path=path)
    try:
        with open(path, "rb") as file:
            if file.read(4) != b"GGUF":
                raise Problem("model_not_gguf", path=path)
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _Reader(data).metadata()
    except OSError as error:
        raise Problem("model_unreadable", path=path, detail=error.strerror or "") from error
    except _DamagedError as error:
        raise Problem("model_damaged", path=path, detail=str(error)) from error


class _Reader:
    """A cursor over the file that never leaves it."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._size = len(data)
        self._at = 4

    def metadata(self) -> Metadata:
        version = self._number("<I")
        if version not in (2, 3):
            raise _DamagedError(f"format version {version}")
        self._number("<Q")
        count = self._number("<Q")
        if count > _MOST_KEYS:
            raise _DamagedError(f"{count} metadata keys")
        found: Metadata = {}
        for _ in range(count):
            key = self._string(_LONGEST_KEY).decode("utf-8", "replace")
            value = self._value(self._number("<I"), depth=0, keep=key not in _SKIPPED)
            found[key] = value
        return found

    def _value(self, kind: int, depth: int, keep: bool) -> Any:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            return self._array(depth, keep)
        return self._number(_format(kind))

    def _array(self, depth: int, keep: bool) -> list[Any]:
        kind, count = self._number("<I"), self._number("<Q")
        if depth >= _DEEPEST:
            raise _DamagedError("arrays nested too deep")
        if kind not in (_STRING, _ARRAY):
            return self._numbers(_format(kind), count, keep)
        # Every element takes at least its length field: a larger count is a lie that would cost hours.
        if count > (self._size - self._at) // 8:
            raise _DamagedError(f"an array of {count} elements")
        read: Callable[[], Any] = self._string if kind == _STRING else lambda: self._array(depth + 1, keep)
        values = []
        for _ in range(count):
            value = read()
            if keep:
                values.append(value)
        return values

    def _numbers(self, form: str, count: int, keep: bool) -> list[Any]:
        width = struct.calcsize(form)
        if count > (self._size - self._at) // width:
            raise _DamagedError(f"an array of {count} numbers")
        start = self._take(width * count)
        return list(struct.unpack_from(f"<{count}{form[1]}", self._data, start)) if keep else []

    def _number(self, form: str) -> Any:
        return struct.unpack_from(form, self._data, self._take(struct.calcsize(form)))[0]

    def _string(self, longest: int | None = None) -> bytes:
        length = self._number("<Q")
        if longest is not None and length > longest:
            raise _DamagedError(f"a key of {length} bytes")
        start = self._take(length)
        return self._data[start : start + length]

    def _take(self, length: int) -> int:
        start = self._at
        if length > self._size - start:
            raise _DamagedError("the file ends too early")
        self._at = start + length
        return start


def _format(kind: int) -> str:
    if kind not in _SCALARS:
        raise _DamagedError(f"value type {kind}")
    return _SCALARS[kind]
