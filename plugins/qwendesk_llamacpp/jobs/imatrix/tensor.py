"""A tensor of a running graph, as llama.cpp has it in memory.

The layout is that of ggml.h in the version that this runtime is pinned to; `must_match` tries it on tensors
made for that, so that with another layout nothing is measured, instead of something else.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_cpp._ctypes_extensions import load_shared_library
from llama_cpp._ggml import libggml, libggml_base_path
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from qwendesk.api.problem import Problem

# Elsewhere a library's functions are found through the one that needs it; on Windows each is asked itself.
_ggml: Any = load_shared_library("ggml-base", libggml_base_path) if sys.platform == "win32" else libggml
F32, I32 = 0, 26
"""ggml.h, enum ggml_type."""
_DIMENSIONS, _SOURCES, _PARAMETERS, _NAME = 4, 10, 16, 64
_NUMBERS: dict[int, type[np.generic]] = {F32: np.float32, I32: np.int32}


class Tensor(ctypes.Structure):
    """`struct ggml_tensor`: `ne` counts along each axis, rows last; `nb` their distances in bytes."""

    kind: int
    ne: Sequence[int]
    nb: Sequence[int]
    op: int
    sources: Sequence[int]
    name: bytes


Tensor._fields_ = [
    ("kind", ctypes.c_int),
    ("buffer", ctypes.c_void_p),
    ("ne", ctypes.c_int64 * _DIMENSIONS),
    ("nb", ctypes.c_size_t * _DIMENSIONS),
    ("op", ctypes.c_int),
    ("op_params", ctypes.c_int32 * _PARAMETERS),
    ("flags", ctypes.c_int32),
    ("sources", ctypes.c_void_p * _SOURCES),
    ("view_src", ctypes.c_void_p),
    ("view_offs", ctypes.c_size_t),
    ("data", ctypes.c_void_p),
    ("name", ctypes.c_char * _NAME),
    ("extra", ctypes.c_void_p),
    ("padding", ctypes.c_char * 8),
]


class _Room(ctypes.Structure):
    _fields_ = (("size", ctypes.c_size_t), ("buffer", ctypes.c_void_p), ("empty", ctypes.c_bool))


_ADDRESS = ctypes.c_void_p
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "ggml_init": (_ADDRESS, [_Room]),
    "ggml_free": (None, [_ADDRESS]),
    "ggml_new_tensor_4d": (_ADDRESS, [_ADDRESS, ctypes.c_int, *[ctypes.c_int64] * _DIMENSIONS]),
    "ggml_mul_mat": (_ADDRESS, [_ADDRESS] * 3),
    "ggml_mul_mat_id": (_ADDRESS, [_ADDRESS] * 4),
    "ggml_set_name": (_ADDRESS, [_ADDRESS, ctypes.c_char_p]),
    "ggml_op_name": (ctypes.c_char_p, [ctypes.c_int]),
    "ggml_nbytes": (ctypes.c_size_t, [_ADDRESS]),
    "ggml_backend_tensor_get": (None, [_ADDRESS, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t]),
}
for _name, (_result, _arguments) in _SIGNATURES.items():
    _function = getattr(_ggml, _name)
    _function.restype, _function.argtypes = _result, _arguments


def tensor_at(address: int) -> Tensor:
    """The tensor at an address, in place."""
    return Tensor.from_address(address)


def operation(tensor: Tensor) -> str:
    """What computes it, by ggml's name: "MUL_MAT", "MUL_MAT_ID" …"""
    return bytes(_ggml.ggml_op_name(tensor.op)).decode()


def numbers(address: int) -> NDArray[Any]:
    """A copy of its numbers, rows first, wherever it lies; F32 or I32, with rows that are no views inside."""
    tensor = tensor_at(address)
    size = _ggml.ggml_nbytes(address)
    data = np.empty(size, np.uint8)
    _ggml.ggml_backend_tensor_get(address, data.ctypes.data, 0, size)
    shape, strides = tensor.ne[::-1], tensor.nb[::-1]
    return as_strided(data.view(_NUMBERS[tensor.kind]), shape, strides, writeable=False)


def must_match() -> None:
    """Raises Problem `imatrix_unsupported` where this build lays tensors out otherwise."""
    context = _ggml.ggml_init(_Room(1 << 16, None, True))
    try:
        if not context or not _matches(context):
            raise Problem("imatrix_unsupported")
    finally:
        _ggml.ggml_free(context)


def _matches(context: int) -> bool:
    weights = _ggml.ggml_new_tensor_4d(context, F32, 3, 5, 7, 1)
    inputs = _ggml.ggml_new_tensor_4d(context, F32, 3, 11, 7, 1)
    routed = _ggml.ggml_new_tensor_4d(context, F32, 3, 1, 13, 1)
    ids = _ggml.ggml_new_tensor_4d(context, I32, 2, 13, 1, 1)
    _ggml.ggml_set_name(weights, b"blk.0.probe.weight")
    dense = _ggml.ggml_mul_mat(context, weights, inputs)
    mixed = _ggml.ggml_mul_mat_id(context, weights, routed, ids)
    told = tensor_at(weights)
    return (
        (told.kind, list(told.ne), list(told.nb)) == (F32, [3, 5, 7, 1], [4, 12, 60, 420])
        and told.name == b"blk.0.probe.weight"
        and tensor_at(ids).kind == I32
        and _ggml.ggml_nbytes(weights) == 420
        and operation(tensor_at(dense)) == "MUL_MAT"
        and list(tensor_at(dense).sources[:2]) == [weights, inputs]
        and operation(tensor_at(mixed)) == "MUL_MAT_ID"
        and list(tensor_at(mixed).sources[:3]) == [weights, routed, ids]
    )
