"""Numbers as checkpoints store them, made into 32-bit floats. Every conversion here is exact.

bfloat16: https://en.wikipedia.org/wiki/Bfloat16_floating-point_format
F8_E4M3: the "FN" form without infinities, https://arxiv.org/abs/2209.05433
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SIZES = {"F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1}
"""Bytes of one number, for the types that are read here."""

RAW: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": np.dtype("<u2"),
    "F8_E4M3": np.dtype("u1"),
}
"""What numpy maps them as."""


def decode(kind: str, raw: NDArray[Any]) -> Floats:
    """The numbers of these, in the same shape."""
    if kind == "BF16":
        return (raw.astype(np.uint32) << np.uint32(16)).view(np.float32)
    if kind == "F8_E4M3":
        return _EIGHT[raw.astype(np.uint8, copy=False)]
    return raw.astype(np.float32)


def _eight() -> Floats:
    code = np.arange(256)
    exponent, fraction = (code >> 3) & 15, code & 7
    normal = np.ldexp(1 + fraction / 8, exponent - 7)
    size = np.where(exponent == 0, np.ldexp(fraction / 8, -6), normal)
    size[(code & 127) == 127] = np.nan
    return np.where(code < 128, size, -size).astype(np.float32)


_EIGHT = _eight()
