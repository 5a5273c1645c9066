"""Main memory that a load took in between and gives back, which glibc does not do by itself."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections.abc import Iterator

_MMAP_THRESHOLD = -3  # malloc.h
_SMALL, _LARGE = 256 << 10, 32 << 20


@contextlib.contextmanager
def tidy() -> Iterator[None]:
    """Meanwhile every large tensor has pages of its own, which are free again once it is; then what is left
    of the heap is trimmed. Afterwards large blocks come from the heap again, for that is faster."""
    library = _glibc()
    if library is not None:
        library.mallopt(_MMAP_THRESHOLD, _SMALL)
    try:
        yield
    finally:
        gc.collect()
        if library is not None:
            library.malloc_trim(0)
            library.mallopt(_MMAP_THRESHOLD, _LARGE)


def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    try:
        library = ctypes.CDLL(None)
        return library if library.mallopt and library.malloc_trim else None
    except (OSError, AttributeError):  # another C library has nothing like it
        return None
