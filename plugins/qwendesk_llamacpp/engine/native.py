"""llama.cpp's own functions, with what they say when something fails, and a way to interrupt them."""

from __future__ import annotations

import ctypes
import os
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

# A thread that waits sleeps. By default it spins, and where another program has a core for a moment, all
# threads spin for the one that waits for that core: a hundred times slower, on a machine that is only busy.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import llama_cpp
import numpy as np
from llama_cpp._ggml import libggml
from numpy.typing import NDArray

_INFORMATION, _WARNING, _ERROR, _CONTINUED = 2, 3, 4, 5  # ggml.h, enum ggml_log_level
_LINES = 20

native: Any = llama_cpp
"""The functions of llama.h by their own names."""

Floats = NDArray[np.float32]
Tokens = NDArray[np.int32]
Bytes = NDArray[np.uint8]


class Log:
    """What llama.cpp logs: errors and warnings go to stderr, more of it while loading; errors are kept."""

    def __init__(self) -> None:
        self.verbose = False
        self.interrupt: Interrupt | None = None
        self.flash_attention = False
        self._last = _WARNING
        self._errors: deque[str] = deque(maxlen=_LINES)
        self.callback = native.llama_log_callback(self._on_line)
        native.llama_log_set(self.callback, ctypes.c_void_p(0))

    def _on_line(self, level: int, text: bytes, _data: Any) -> None:
        self._last = level = self._last if level == _CONTINUED else level
        if self.interrupt is not None and self.interrupt.is_set:
            return  # a stop that was asked for is no error
        line = text.decode("utf-8", "replace")
        if "Flash Attention" in line:  # nothing else tells what "auto" came to
            self.flash_attention = "enabled" in line
        if level == _ERROR:
            self._errors.append(line.strip())
        if level >= (_INFORMATION if self.verbose else _WARNING):
            sys.stderr.write(line)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Tell everything, and forget errors from before."""
        self._errors.clear()
        # One that was closed leaves its interrupt set; what fails now is another matter.
        self.verbose, self.interrupt, self.flash_attention = True, None, False
        try:
            yield
        finally:
            self.verbose = False
            sys.stderr.flush()

    def cause(self) -> str:
        """The first error since loading began, without its prefixes; an empty text if there is none."""
        named = [line for line in self._errors if "error loading model: " in line] or list(self._errors)
        return named[0].rsplit("error loading model: ", 1)[-1][:300] if named else ""


log = Log()
"""The process has one, and llama.cpp calls it for as long as the process lives."""


class Interrupt:
    """Ends a running `llama_decode` from another thread, between two nodes of its graph.

    llama.cpp asks a callback after every node. A Python function there would wait for the interpreter
    lock a thousand times a token, so it asks C's `strlen` instead: 0 (go on) for an empty text, 1 (stop)
    for one of one character. Every platform's calling convention returns both in the register, and in
    the lowest byte of it, where a `bool` is read.
    """

    def __init__(self) -> None:
        self._text = ctypes.create_string_buffer(b"", 2)
        strlen = ctypes.cdll.msvcrt.strlen if sys.platform == "win32" else ctypes.CDLL(None).strlen
        self.callback = ctypes.cast(strlen, native.ggml_abort_callback)
        self.data = ctypes.cast(self._text, ctypes.c_void_p)

    def set(self) -> None:
        self._text[0] = b"\1"

    def clear(self) -> None:
        self._text[0] = b"\0"

    @property
    def is_set(self) -> bool:
        return self._text[0] != b"\0"


def pointer(array: NDArray[Any], kind: Any) -> Any:
    """The address of an array's first element; the array must outlive its use."""
    return array.ctypes.data_as(ctypes.POINTER(kind))


def logits(context: Any, index: int, vocabulary: int) -> Floats:
    """The logits of one output of the last batch, shape (vocabulary,): llama.cpp's own memory, not a copy."""
    found = native.llama_get_logits_ith(context, index)
    return _row(ctypes.addressof(found.contents), vocabulary)


@lru_cache(maxsize=64)
def _row(address: int, length: int) -> Floats:
    """Making a view takes ten times as long as finding the same one again."""
    memory: Any = (ctypes.c_float * length).from_address(address)
    return np.frombuffer(memory, np.float32)


def devices() -> dict[str, int]:
    """The devices this build can compute on, besides the processor: address by name, such as CUDA0."""
    libggml.ggml_backend_dev_get.restype = ctypes.c_void_p
    libggml.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    libggml.ggml_backend_dev_name.restype = ctypes.c_char_p
    libggml.ggml_backend_dev_name.argtypes = [ctypes.c_void_p]
    libggml.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
    libggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    every = [libggml.ggml_backend_dev_get(at) for at in range(libggml.ggml_backend_dev_count())]
    processor = 0  # GGML_BACKEND_DEVICE_TYPE_CPU
    return {
        libggml.ggml_backend_dev_name(one).decode(): one
        for one in every
        if libggml.ggml_backend_dev_type(one) != processor
    }
