"""Which process writes something of the home; one that was killed owns nothing any more."""

from __future__ import annotations

import os


def this_process() -> str:
    """A name that no other process has had since the computer started."""
    return _name(os.getpid()) or f"{os.getpid()}:0"


def is_alive(owner: str) -> bool:
    """Whether that process still runs."""
    pid, _, _ = owner.partition(":")
    return pid.isdigit() and _name(int(pid)) == owner


def _name(pid: int) -> str | None:
    import psutil

    try:
        return f"{pid}:{round(psutil.Process(pid).create_time() * 100)}"
    except psutil.Error:
        return None
