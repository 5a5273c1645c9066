"""How fast this computer's memory is, measured once in less than a second and kept."""

from __future__ import annotations

import contextlib
import ctypes
import json
import mmap
import os
import threading
import time
from pathlib import Path

import psutil

from qwendesk.system.settings import write_atomically

_KEPT = "bandwidth.json"
_LIMIT_S = 0.6
_LARGEST, _SMALLEST = 512 << 20, 32 << 20


def measure(threads: int, size: int, limit_s: float = _LIMIT_S) -> float:
    """Bytes a second that are read and written while memory is copied by so many threads at once.

    `size` bytes are copied in all, far more than caches hold; the best of several rounds counts. Copying in
    C lets other threads run, so that nothing but memory is the limit.
    """
    share = max(size // threads, 1 << 20)
    pairs = [(_buffer(share), _buffer(share)) for _ in range(threads)]
    best, until = 0.0, time.perf_counter() + limit_s
    while time.perf_counter() < until or not best:
        began = time.perf_counter()
        working = [threading.Thread(target=ctypes.memmove, args=(*pair, share)) for pair in pairs]
        for one in working:
            one.start()
        for one in working:
            one.join()
        best = max(best, 2.0 * share * threads / (time.perf_counter() - began))
    return best


def _buffer(size: int) -> ctypes.Array[ctypes.c_char]:
    """Memory of its own for every page. It is filled in C: a window must not stand still meanwhile."""
    made = (ctypes.c_char * size).from_buffer(mmap.mmap(-1, size))
    ctypes.memset(made, 1, size)
    return made


def is_known(cache: Path) -> bool:
    """Whether it was measured before, as far as a look tells."""
    return (cache / _KEPT).is_file()


def bandwidth(cache: Path) -> float:
    """The bandwidth of this machine, from the cache folder where it was measured before."""
    memory, cores = int(psutil.virtual_memory().total), psutil.cpu_count(logical=False) or os.cpu_count() or 1
    kept = cache / _KEPT
    machine = [memory, cores]
    try:
        told = json.loads(kept.read_text(encoding="utf-8"))
        if (
            told["machine"] == machine
            and isinstance(told["bytes_per_s"], (int, float))
            and told["bytes_per_s"] > 0
        ):
            return float(told["bytes_per_s"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    # Two buffers of half of it each; a small machine must not be brought to its knees by a measurement.
    found = measure(cores, max(_SMALLEST, min(_LARGEST, memory // 64)) // 2)
    with contextlib.suppress(OSError):  # then it is measured again the next time
        write_atomically(kept, json.dumps({"machine": machine, "bytes_per_s": found}).encode())
    return found
