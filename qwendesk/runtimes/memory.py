"""How much memory a worker uses.

Linux: PSS, the proportional set size, from /proc/PID/smaps_rollup: shared pages count by share, so
that several workers add up. Elsewhere: the resident set. A memory-mapped model counts once it is read.
"""

from __future__ import annotations

import psutil


def used_bytes(pid: int) -> int | None:
    """Bytes of PSS (elsewhere RSS) of a process and its children; None when it cannot be asked."""
    try:
        worker = psutil.Process(pid)
        # An engine may run in a child of the worker: a llama-server binary of the user's own.
        return sum(_used(one) for one in (worker, *worker.children(recursive=True)))
    except (psutil.Error, OSError):
        return None


def _used(process: psutil.Process) -> int:
    return _proportional(process.pid) or int(process.memory_info().rss)


def _proportional(pid: int) -> int | None:
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as rollup:
            for line in rollup:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except (FileNotFoundError, PermissionError):
        pass
    return None
