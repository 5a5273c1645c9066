"""Windows: one job object that the system closes with us, and every worker in it."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from typing import Any

_KILL_ON_JOB_CLOSE = 0x2000
_EXTENDED_LIMIT_INFORMATION = 9


class _Basic(ctypes.Structure):
    _fields_ = [
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("minimum_working_set", ctypes.c_size_t),
        ("maximum_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    ]


class _Extended(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; the I/O counters and memory limits stay zero."""

    _fields_ = [
        ("basic", _Basic),
        ("io_counters", ctypes.c_uint64 * 6),
        ("memory_limits", ctypes.c_size_t * 4),
    ]


_job: Any = None


def adopt(process: subprocess.Popen[bytes]) -> None:
    """Tie a process's life to ours. Where a job already forbids it, stdin's end still does."""
    if sys.platform != "win32":
        return
    global _job
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    if _job is None:
        _job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
        limits = _Extended()
        limits.basic.flags = _KILL_ON_JOB_CLOSE
        kernel.SetInformationJobObject(
            _job, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
        )
    kernel.AssignProcessToJobObject(_job, ctypes.c_void_p(int(process._handle)))
