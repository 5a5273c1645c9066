"""A small GGUF file of 32-bit floats, with every length checked before it is believed.

gguf's own reader goes on for hours through an array of the length that a hostile file tells.
Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

import numpy as np
from gguf import GGMLQuantizationType, GGUFValueType
from numpy.typing import NDArray

from qwendesk_llamacpp.jobs.bytereader import ByteReader, Cut

MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_MOST, _LONGEST = 1 << 20, 1 << 16
_F32 = GGMLQuantizationType.F32
_SIZES = {
    GGUFValueType.UINT8: 1, GGUFValueType.INT8: 1, GGUFValueType.BOOL: 1, GGUFValueType.UINT16: 2,
    GGUFValueType.INT16: 2, GGUFValueType.UINT32: 4, GGUFValueType.INT32: 4, GGUFValueType.FLOAT32: 4,
    GGUFValueType.UINT64: 8, GGUFValueType.INT64: 8, GGUFValueType.FLOAT64: 8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GgufFile:
    """What was read: texts (a single one, too, is a list), whole numbers of 32 bits, and tensors."""

    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    tensors: dict[str, NDArray[np.float32]] = field(default_factory=dict)


def read_gguf(data: memoryview) -> GgufFile:
    """Read it; other metadata is stepped over. Raises Cut with the reason."""
    reader, file = ByteReader(data), GgufFile()
    if reader.take(4) != MAGIC or reader.u32() not in _VERSIONS:
        raise Cut("it is of a version that is not known here")
    tensors, pairs = reader.u64(), reader.u64()
    if max(tensors, pairs) > _MOST:
        raise Cut(f"it promises {tensors} tensors and {pairs} entries")
    for _ in range(pairs):
        _pair(reader, file)
    told = [_told(reader) for _ in range(tensors)]
    alignment = file.numbers.get("general.alignment", 32)
    if not 0 < alignment <= _MOST:
        raise Cut(f"an alignment of {alignment}")
    start = -(-reader.at // alignment) * alignment
    for name, shape, offset in told:
        if name in file.tensors:
            raise Cut(f"{name[:80]} twice")
        rest = ByteReader(data)
        rest.take(start + offset)
        file.tensors[name] = rest.floats(prod(shape)).reshape(shape)
    return file


def _pair(reader: ByteReader, file: GgufFile) -> None:
    key, kind = reader.text(reader.u64(), _LONGEST), reader.u32()
    if kind == GGUFValueType.STRING:
        file.texts[key] = (reader.text(reader.u64(), _LONGEST),)
    elif kind == GGUFValueType.UINT32:
        file.numbers[key] = reader.u32()
    elif kind == GGUFValueType.ARRAY:
        inner, count = reader.u32(), reader.u64()
        if inner == GGUFValueType.STRING:
            # Each takes eight bytes at least, so the file's end ends this, too.
            file.texts[key] = tuple(reader.text(reader.u64(), _LONGEST) for _ in range(count))
        else:
            reader.take(_size(inner) * count)
    else:
        reader.take(_size(kind))


def _size(kind: int) -> int:
    size = next((size for one, size in _SIZES.items() if one == kind), 0)
    if not size:
        raise Cut(f"a value of type {kind}")
    return size


def _told(reader: ByteReader) -> tuple[str, tuple[int, ...], int]:
    """A tensor's name, its shape (rows first) and where it lies behind the head."""
    name, dimensions = reader.text(reader.u64(), _LONGEST), reader.u32()
    if dimensions > 4:
        raise Cut(f"a tensor of {dimensions} dimensions")
    shape = tuple(reader.u64() for _ in range(dimensions))
    if reader.u32() != _F32:
        raise Cut(f"{name[:80]} is not of 32-bit floats")
    return name, shape[::-1], reader.u64()
