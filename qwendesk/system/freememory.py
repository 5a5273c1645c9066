"""How much main memory a new process may take."""

from __future__ import annotations

from pathlib import Path

import psutil

_GROUP = Path("/sys/fs/cgroup")


def available_bytes(group: Path = _GROUP) -> int:
    """Bytes free or freed at once when asked for, no more than the limit of a container leaves."""
    free = int(psutil.virtual_memory().available)
    limit, used = _number(group / "memory.max"), _number(group / "memory.current")
    if limit is None or used is None:
        return free
    return min(free, max(limit - used + _file_pages(group), 0))


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no such group, or "max"
        return None


def _file_pages(group: Path) -> int:
    """Bytes of files that count as used and are dropped before anything fails."""
    try:
        lines = (group / "memory.stat").read_text(encoding="ascii").splitlines()
        return next((int(one.split()[1]) for one in lines if one.startswith("inactive_file ")), 0)
    except (OSError, ValueError, IndexError):
        return 0
