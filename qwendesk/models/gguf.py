"""Whether a file is a whole GGUF file, from its header alone, before native code sees it.

llama.cpp aborts the process on some malformed files. The header is foreign bytes: every length is
checked against the size of the file before anything is read or skipped.
Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from qwendesk.api.problem import Problem

MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
# Bytes and elements of one block, by ggml type; types unknown to us are not checked for size.
_BLOCKS = {
    0: (4, 1), 1: (2, 1), 2: (18, 32), 3: (20, 32), 6: (22, 32), 7: (24, 32), 8: (34, 32),
    10: (84, 256), 11: (110, 256), 12: (144, 256), 13: (176, 256), 14: (210, 256), 30: (2, 1),
}  # fmt: skip
_LIMIT = 1 << 20
# A sparse file of many gigabytes could hold longer ones; no tokenizer or template does.
_LONGEST = 1 << 24


class _Lie(Exception):
    """The header claims something that the file cannot hold."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a GGUF file says about itself. Arrays appear as their length."""

    version: int
    tensors: int
    metadata: dict[str, str | int | float | bool] = field(default_factory=dict)


def read_header(path: Path) -> Header:
    """The header of a whole GGUF file.

    Raises:
        Problem: `model_unreadable`, `model_empty`, `model_not_gguf`, `model_version`, `model_truncated`
            (the tensors it lists end behind the file's end) or `model_header_broken`.
    """
    try:
        with path.open("rb") as file:
            return _Reader(file, path).header()
    except OSError as error:
        raise Problem("model_unreadable", path=str(path), detail=error.strerror or "") from error
    except (_Lie, struct.error, UnicodeDecodeError) as error:
        raise Problem("model_header_broken", path=str(path), detail=str(error)) from error


class _Reader:
    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._size = path.stat().st_size

    def header(self) -> Header:
        if self._size == 0:
            raise Problem("model_empty", path=str(self._path))
        if self._file.read(4) != MAGIC:
            raise Problem("model_not_gguf", path=str(self._path))
        (version,) = self._numbers("I")
        if version not in _VERSIONS:
            raise Problem("model_version", path=str(self._path), version=version)
        tensors, pairs = self._numbers("QQ")
        if max(tensors, pairs) > _LIMIT:
            raise _Lie(f"{tensors} tensors and {pairs} metadata entries")
        metadata = dict(self._pair() for _ in range(pairs))
        alignment = metadata.get("general.alignment", 32)
        if isinstance(alignment, bool) or not isinstance(alignment, int):
            raise _Lie(f"alignment {alignment!r}")
        self._check_tensors(tensors, alignment)
        return Header(version, tensors, metadata)

    def _numbers(self, layout: str) -> tuple[int, ...]:
        size = struct.calcsize("<" + layout)
        data = self._file.read(size)
        if len(data) < size:
            raise _Lie("the file ends inside its header")
        return struct.unpack("<" + layout, data)

    def _string(self) -> str:
        (length,) = self._numbers("Q")
        if length > _LONGEST:
            raise _Lie(f"a text of {length} bytes")
        self._must_fit(length)
        return self._file.read(length).decode("utf-8", "replace")

    def _must_fit(self, length: int) -> None:
        if length > self._size - self._file.tell():
            raise _Lie(f"{length} bytes are claimed where fewer are left")

    def _pair(self) -> tuple[str, str | int | float | bool]:
        key = self._string()
        (kind,) = self._numbers("I")
        return key, self._value(kind)

    def _value(self, kind: int) -> str | int | float | bool:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            return self._skip_array()
        if kind not in _SCALARS:
            raise _Lie(f"value type {kind}")
        return self._numbers(_SCALARS[kind])[0]

    def _skip_array(self) -> int:
        kind, count = self._numbers("IQ")
        if kind == _STRING:
            if count > _LONGEST:
                raise _Lie(f"an array of {count} texts")
            self._must_fit(count * 8)
            for _ in range(count):
                self._skip(self._numbers("Q")[0])
        elif kind in _SCALARS:
            self._skip(count * struct.calcsize("<" + _SCALARS[kind]))
        else:
            raise _Lie(f"an array of type {kind}")
        return count

    def _skip(self, length: int) -> None:
        self._must_fit(length)
        self._file.seek(length, 1)

    def _check_tensors(self, count: int, alignment: int) -> None:
        if alignment <= 0 or alignment > _LIMIT:
            raise _Lie(f"alignment {alignment}")
        ends = [self._tensor_end() for _ in range(count)]
        start = -(-self._file.tell() // alignment) * alignment
        if ends and start + max(ends) > self._size:
            raise Problem(
                "model_truncated", path=str(self._path), size=self._size, expected=start + max(ends)
            )

    def _tensor_end(self) -> int:
        self._string()
        (dimensions,) = self._numbers("I")
        if dimensions > 4:
            raise _Lie(f"a tensor of {dimensions} dimensions")
        elements = 1
        for one in self._numbers("Q" * dimensions):
            elements *= one
        kind, offset = self._numbers("IQ")
        size, block = _BLOCKS.get(kind, (0, 1))
        return offset + -(-elements // block) * size
