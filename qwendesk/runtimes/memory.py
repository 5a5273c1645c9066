"""How much memory a worker uses.

Linux: PSS, the proportional set size, from /proc/PID/smaps_rollup: shared pages count by share, so
that several workers add up. Elsewhere: the resident set. A memory-mapped model counts once it is read.
"""

from __future__ import annotations

import psutil


def used_bytes(pid: int) -> int | None:
    """Bytes of PSS (elsewhere RSS), or None when the process is gone or may not be asked."""
    try:
        return _proportional(pid) or int(psutil.Process(pid).memory_info().rss)
    except (psutil.Error, OSError):
        return None


def _proportional(pid: int) -> int | None:
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as rollup:
            for line in rollup:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except (FileNotFoundError, PermissionError):
        pass
    return None
