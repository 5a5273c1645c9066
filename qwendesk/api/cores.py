"""How many physical cores this process may use."""

from __future__ import annotations

import os
from pathlib import Path

_TOPOLOGY = Path("/sys/devices/system/cpu")


def physical_cores() -> int:
    """Cores without hyper-threads, counted over the CPUs that this process may run on; at least 1.

    Where the system does not tell (not Linux), every logical CPU counts: some processors have no
    hyper-threads, and a guess would halve their speed.
    """
    cpus = _usable_cpus()
    siblings = {_siblings(cpu) for cpu in cpus}
    return max(1, len(siblings))


def _usable_cpus() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _siblings(cpu: int) -> str:
    try:
        return (_TOPOLOGY / f"cpu{cpu}/topology/thread_siblings_list").read_text().strip()
    except OSError:
        return f"only {cpu}"
