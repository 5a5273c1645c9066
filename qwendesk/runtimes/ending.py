"""Waiting for the end of a child, and the most memory that it had, where the system tells."""

from __future__ import annotations

import os
import subprocess
import sys


def own_peak() -> int:
    """The most bytes that this process had: Linux lets a child begin its own count there. 0 on Windows."""
    if sys.platform == "win32":
        return 0
    import resource

    return _bytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def wait(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Its exit code, as Popen has it, and the most bytes that it had; 0 where nobody tells."""
    if sys.platform == "win32":
        return process.wait(), 0
    try:
        _pid, status, usage = os.wait4(process.pid, 0)
    except ChildProcessError:  # whoever was about to end it has taken its code
        return process.wait(), 0
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, _bytes(usage.ru_maxrss)


def _bytes(peak: int) -> int:
    return peak if sys.platform == "darwin" else peak * 1024
