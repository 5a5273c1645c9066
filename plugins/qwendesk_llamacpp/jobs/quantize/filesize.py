"""How long the header of the quantized file will be: made by GGML itself, in memory."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping

from llama_cpp._ggml import libggml

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.quantize.parameters import shortened

ALIGNMENT = 32
"""GGUF_DEFAULT_ALIGNMENT, to which llama.cpp pads each tensor that it writes."""
_SPLIT = (b"split.no", b"split.count", b"split.tensors.count")


class _Init(ctypes.Structure):
    _fields_ = [("no_alloc", ctypes.c_bool), ("ctx", ctypes.POINTER(ctypes.c_void_p))]


_context = ctypes.c_void_p
for _name, _result, _arguments in (
    ("gguf_init_from_file", _context, [ctypes.c_char_p, _Init]),
    ("gguf_init_empty", _context, []),
    ("gguf_free", None, [_context]),
    ("gguf_set_kv", None, [_context, _context]),
    ("gguf_remove_key", ctypes.c_int64, [_context, ctypes.c_char_p]),
    ("gguf_set_val_u32", None, [_context, ctypes.c_char_p, ctypes.c_uint32]),
    ("gguf_set_val_str", None, [_context, ctypes.c_char_p, ctypes.c_char_p]),
    ("gguf_add_tensor", None, [_context, ctypes.c_void_p]),
    ("gguf_get_meta_size", ctypes.c_size_t, [_context]),
    ("ggml_get_first_tensor", ctypes.c_void_p, [_context]),
    ("ggml_get_next_tensor", ctypes.c_void_p, [_context, ctypes.c_void_p]),
    ("ggml_free", None, [_context]),
):
    _function = getattr(libggml, _name)
    _function.restype, _function.argtypes = _result, _arguments


def header_bytes(parts: Iterable[str], metadata: Mapping[str, str | int]) -> int:
    """Bytes before the first tensor's data, in one file made of these parts with this metadata added.

    Raises:
        Problem: `load_failed`, where a part cannot be read.
    """
    made = libggml.gguf_init_empty()
    try:
        for number, path in enumerate(parts):
            _add(made, path, with_metadata=number == 0)
        for key in (b"general.quantization_version", b"general.file_type"):
            libggml.gguf_set_val_u32(made, key, 0)
        for key in _SPLIT:
            libggml.gguf_remove_key(made, key)
        for name, value in metadata.items():
            if isinstance(value, int):
                libggml.gguf_set_val_u32(made, name.encode(), value)
            else:
                libggml.gguf_set_val_str(made, name.encode(), shortened(value))
        return int(libggml.gguf_get_meta_size(made))
    finally:
        libggml.gguf_free(made)


def _add(made: int, path: str, with_metadata: bool) -> None:
    tensors = ctypes.c_void_p()
    source = libggml.gguf_init_from_file(path.encode(), _Init(True, ctypes.pointer(tensors)))
    if not source:
        raise Problem("load_failed", path=path, detail="no GGUF header")
    try:
        if with_metadata:
            libggml.gguf_set_kv(made, source)
        one = libggml.ggml_get_first_tensor(tensors)
        while one:
            libggml.gguf_add_tensor(made, one)
            one = libggml.ggml_get_next_tensor(tensors, one)
    finally:
        libggml.ggml_free(tensors)
        libggml.gguf_free(source)


def padded(size: int) -> int:
    """A tensor's bytes with the padding behind them."""
    return -(-size // ALIGNMENT) * ALIGNMENT
