"""The header of a GGUF file, read before native code sees it, with every length checked.

llama.cpp aborts the process on some malformed files. The header is foreign bytes: every length is
checked against the size of the file before anything is read or skipped.
Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import BinaryIO

from qwendesk.api.problem import Problem
from qwendesk.models.facts import Tensor
from qwendesk.models.ggmltypes import SIZES, type_name
from qwendesk.models.window import Lie, Window

MAGIC = b"GGUF"
Scalar = str | int | float | bool
Value = Scalar | tuple[Scalar, ...] | range

_VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
_SCALARS = {
    kind: struct.Struct("<" + code)
    for kind, code in zip((0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12), "BbHhIif?Qqd", strict=True)
}
_LIMIT = 1 << 20
# A sparse file of many gigabytes could hold longer ones; no tokenizer or template does.
_LONGEST = 1 << 24
# Longer arrays are vocabularies: only their length is kept.
_KEPT = 4096
_KEPT_TEXTS = 64
# Of a type whose size is not known; others are held against the size of the file.
_MOST_ELEMENTS = 1 << 40
# More than any model has; beyond it, and at 0, engines reckon with a context of no tokens, or of -1.
_MOST_CONTEXT = 1 << 27
_U32, _U64 = struct.Struct("<I"), struct.Struct("<Q")
_ARRAY_HEAD = struct.Struct("<IQ")
# The same tensors are described in file after file, in the same bytes.
_MOST_SEEN = 1 << 16
_seen: dict[bytes, Tensor] = {}


@dataclass(frozen=True, slots=True)
class Header:
    """What a GGUF file says about itself.

    Short arrays are tuples; of a long one only the length is kept, as `range(length)`.
    """

    version: int
    size: int
    tensors: tuple[Tensor, ...] = ()
    metadata: dict[str, Value] = field(default_factory=dict)


def read_header(path: Path, *, trusting: bool = False) -> Header:
    """The header of a whole GGUF file.

    Args:
        trusting: step over a vocabulary that begins and ends like one seen before, instead of walking
            through its 150,000 tokens: for lists of thousands of files, not for what is loaded next.

    Raises:
        Problem: `model_unreadable`, `model_empty`, `model_not_gguf`, `model_version`, `model_truncated`
            (the tensors it lists end behind the file's end) or `model_header_broken`.
    """
    try:
        with path.open("rb", buffering=0) as file:
            return parse(file, path.stat().st_size, str(path), trusting=trusting)
    except OSError as error:
        raise Problem("model_unreadable", path=str(path), detail=error.strerror or "") from error


def parse(file: BinaryIO, size: int, path: str, *, trusting: bool = False) -> Header:
    """The header from an open file of this size; `path` is for the Problem. Raises like `read_header`."""
    try:
        return _Reader(Window(file, size), path, trusting).header()
    except (Lie, struct.error) as error:
        raise Problem("model_header_broken", path=path, detail=str(error)) from error


class _Reader:
    def __init__(self, window: Window, path: str, trusting: bool) -> None:
        self._window, self._path, self._trusting = window, path, trusting

    def header(self) -> Header:
        window = self._window
        if window.size == 0:
            raise Problem("model_empty", path=self._path)
        if window.size < 4 or window.take(4) != MAGIC:
            raise Problem("model_not_gguf", path=self._path)
        (version,) = window.unpack(_U32)
        if version not in _VERSIONS:
            raise Problem("model_version", path=self._path, version=version)
        (tensors,), (pairs,) = window.unpack(_U64), window.unpack(_U64)
        if max(tensors, pairs) > _LIMIT:
            raise Lie(f"{tensors} tensors and {pairs} metadata entries")
        metadata: dict[str, Value] = {}
        for _ in range(pairs):
            key = self._text()
            if key in metadata:
                raise Lie(f"{key[:80]} twice")
            metadata[key] = self._value(window.unpack(_U32)[0])
        alignment = metadata.get("general.alignment", 32)
        if isinstance(alignment, bool) or not isinstance(alignment, int) or not 0 < alignment <= _LIMIT:
            raise Lie(f"alignment {str(alignment)[:80]}")
        _check_context(metadata)
        return Header(version, window.size, self._tensors(tensors, alignment), metadata)

    def _text(self) -> str:
        (length,) = self._window.unpack(_U64)
        if length > _LONGEST:
            raise Lie(f"a text of {length} bytes")
        return self._window.take(length).decode("utf-8", "replace")

    def _value(self, kind: int) -> Value:
        if kind == _STRING:
            return self._text()
        if kind == _ARRAY:
            return self._array()
        if kind not in _SCALARS:
            raise Lie(f"value type {kind}")
        value: Scalar = self._window.unpack(_SCALARS[kind])[0]
        return value

    def _array(self) -> Value:
        kind, count = self._window.unpack(_ARRAY_HEAD)
        if kind == _STRING:
            return self._texts(count)
        if kind not in _SCALARS:
            raise Lie(f"an array of type {kind}")
        one = _SCALARS[kind]
        if count > _KEPT:
            self._window.skip(count * one.size)
            return range(count)
        data = self._window.take(count * one.size)
        return tuple(value for (value,) in one.iter_unpack(data))

    def _texts(self, count: int) -> Value:
        if count > _LONGEST:
            raise Lie(f"an array of {count} texts")
        if count <= _KEPT_TEXTS:
            return tuple(self._text() for _ in range(count))
        self._window.must_hold(count * 8)
        if not (self._trusting and self._window.step_over_known(count)):
            self._window.walk_texts(count)
        return range(count)

    def _tensors(self, count: int, alignment: int) -> tuple[Tensor, ...]:
        self._window.must_hold(count * 24)
        tensors, end, names = [], 0, set()
        for _ in range(count):
            tensor, offset = self._tensor()
            tensors.append(tensor)
            names.add(tensor.name)
            end = max(end, offset + tensor.bytes)
        if len(names) < count:
            raise Lie("two tensors of one name")
        start = -(-self._window.at // alignment) * alignment
        if tensors and start + end > self._window.size:
            raise Problem("model_truncated", path=self._path, size=self._window.size, expected=start + end)
        return tuple(tensors)

    def _tensor(self) -> tuple[Tensor, int]:
        """The next tensor and where its data begins."""
        window = self._window
        length = window.peek(_U64)
        if length > _LONGEST:
            raise Lie(f"a text of {length} bytes")
        dimensions = window.peek(_U32, 8 + length)
        if dimensions > 4:
            raise Lie(f"a tensor of {dimensions} dimensions")
        told = window.take(8 + length + 4 + 8 * dimensions + 4)
        tensor = _seen.get(told)
        if tensor is None:
            tensor = _described(told, length)
            if len(_seen) < _MOST_SEEN:
                _seen[told] = tensor
        (offset,) = window.unpack(_U64)
        return tensor, offset


def _check_context(metadata: dict[str, Value]) -> None:
    context = metadata.get(f"{metadata.get('general.architecture')}.context_length", 1)
    if isinstance(context, int) and not 0 < context <= _MOST_CONTEXT:
        raise Lie(f"a context of {context} tokens")


def _described(told: bytes, length: int) -> Tensor:
    name = told[8 : 8 + length].decode("utf-8", "replace")
    *shape, kind = struct.unpack_from(f"<{(len(told) - length - 16) // 8}QI", told, 12 + length)
    elements = prod(shape)
    block, size = SIZES.get(kind, (1, 0))
    if size == 0 and elements > _MOST_ELEMENTS:
        raise Lie(f"a tensor of {elements} elements")
    return Tensor(name, type_name(kind), tuple(shape), -(-elements // block) * size, _layer(name))


def _layer(name: str) -> int | None:
    if not name.startswith("blk."):
        return None
    number = name[4:].split(".", 1)[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None
