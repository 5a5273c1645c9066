"""The types of files and tensors by the names that people type, as this build of llama.cpp numbers them."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from math import prod
from typing import Any

import llama_cpp
from llama_cpp._ggml import libggml

from qwendesk.api.problem import Problem

native: Any = llama_cpp
"""The functions and numbers of llama.h by their own names."""

_PREFIX = "LLAMA_FTYPE_MOSTLY_"
_ALIASES = {"Q3_K": "Q3_K_M", "Q4_K": "Q4_K_M", "Q5_K": "Q5_K_M"}
_NO_RECIPE = {"NVFP4"}
"""It has a number, but llama.cpp does not say which tensors of such a file have which type."""
_NOT_WRITTEN = {"I8", "I16", "I32", "I64", "F64", "Q8_1", "Q8_K"}
"""Nothing can be quantized to these: they are for intermediate results or whole numbers."""

libggml.ggml_type_name.restype = ctypes.c_char_p
libggml.ggml_is_quantized.restype = ctypes.c_bool
libggml.ggml_quantize_requires_imatrix.restype = ctypes.c_bool
libggml.ggml_row_size.argtypes = [ctypes.c_int, ctypes.c_int64]
libggml.ggml_row_size.restype = ctypes.c_size_t


def file_types() -> dict[str, int]:
    """What a whole file can be quantized to: "Q4_K_M", "IQ4_XS", "F16" …"""
    names = [one for one in dir(native) if one.startswith(_PREFIX)]
    found = {one.removeprefix(_PREFIX): getattr(native, one) for one in names}
    return {"F32": native.LLAMA_FTYPE_ALL_F32, **{k: v for k, v in found.items() if k not in _NO_RECIPE}}


def tensor_types() -> dict[str, int]:
    """Every type that a tensor can have: "Q4_K", "IQ4_NL", "I32" …"""
    names = [(libggml.ggml_type_name(one) or b"").decode() for one in range(native.GGML_TYPE_COUNT)]
    return {one.upper(): at for at, one in enumerate(names) if one and " " not in one and one != "DEPRECATED"}


def file_type(name: str) -> str:
    """One spelling for all: "q4_k" is "Q4_K_M". Raises Problem `quant_type_unknown` (type, known)."""
    upper = name.upper()
    found = _ALIASES.get(upper, upper)
    _must_know(found, name, file_types())
    return found


def tensor_type(name: str) -> int:
    """The number of a type to store a tensor in. Raises Problem `quant_type_unknown` (type, known)."""
    known = {one: at for one, at in tensor_types().items() if one not in _NOT_WRITTEN}
    _must_know(name.upper(), name, known)
    return known[name.upper()]


def _must_know(name: str, typed: str, known: Mapping[str, int]) -> None:
    if name not in known:
        raise Problem("quant_type_unknown", type=typed[:80], known=", ".join(sorted(known)))


def is_quantized(kind: int) -> bool:
    """Whether its numbers share scales, block by block."""
    return bool(libggml.ggml_is_quantized(kind))


def must_have_imatrix(kind: int) -> bool:
    """Whether llama.cpp ends the process where a tensor of this type has no importance matrix."""
    return bool(libggml.ggml_quantize_requires_imatrix(kind))


def tensor_bytes(kind: int, shape: tuple[int, ...]) -> int:
    """What a tensor of this shape (the row's length first) takes in a file."""
    return int(libggml.ggml_row_size(kind, shape[0])) * prod(shape[1:])
