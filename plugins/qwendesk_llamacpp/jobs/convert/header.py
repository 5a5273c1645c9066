"""The header of a safetensors file: which tensor lies where, with every number checked.

8 bytes of length (little-endian), JSON of name → dtype, shape, data_offsets, then the data.
Source: https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.convert import jsonfile
from qwendesk_llamacpp.jobs.convert.decoding import SIZES

_LARGEST = 100_000_000  # as the format's own reader has it
_MOST = 1 << 62


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor as it lies in a file: its shape rows first, its place in bytes from the file's beginning."""

    name: str
    path: Path
    dtype: str
    shape: tuple[int, ...]
    offset: int
    size: int


def read_header(path: Path) -> list[Stored]:
    """The tensors of the file.

    Raises:
        Problem: `model_unreadable`, `model_header_broken` or `model_truncated`.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, _LARGEST):
                raise _broken(path, f"a header of {length} bytes")
            data = file.read(length)
    except OSError as error:
        raise Problem("model_unreadable", path=str(path), detail=error.strerror or "") from error
    return parse_header(data, size, path)


def parse_header(data: bytes, size: int, path: Path) -> list[Stored]:
    """The same from the header's bytes, in a file of `size` bytes."""
    start = 8 + len(data)
    entries = jsonfile.parse_object(data, path)
    found = [_stored(name, one, start, path) for name, one in entries.items() if name != "__metadata__"]
    end = max((one.offset + one.size for one in found), default=start)
    if end > size:
        raise Problem("model_truncated", path=str(path), size=size, expected=end)
    return found


def _stored(name: str, entry: Any, start: int, path: Path) -> Stored:
    fields = entry if isinstance(entry, dict) else {}
    kind, shape, offsets = fields.get("dtype"), fields.get("shape"), fields.get("data_offsets")
    if not isinstance(kind, str) or not isinstance(shape, list) or not isinstance(offsets, list):
        raise _broken(path, f"tensor {name[:80]}")
    if len(shape) > 8 or len(offsets) != 2 or not all(map(_whole, [*shape, *offsets])):
        raise _broken(path, f"tensor {name[:80]}")
    begin, end = offsets
    size = SIZES.get(kind)
    if end < begin or (size is not None and prod(shape) * size != end - begin):
        raise _broken(path, f"tensor {name[:80]}")
    return Stored(name, path, kind[:16], tuple(shape), start + begin, end - begin)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST


def _broken(path: Path, detail: str) -> Problem:
    return Problem("model_header_broken", path=str(path), detail=detail)
