"""Which process writes something of the home; one that was killed owns nothing any more."""

from __future__ import annotations

import os


def this_process() -> str:
    """A name that no other process has had since the computer started."""
    return name(os.getpid()) or f"{os.getpid()}:0"


def is_alive(owner: str) -> bool:
    """Whether that process still runs."""
    pid, _, _ = owner.partition(":")
    return pid.isdigit() and name(int(pid)) == owner


def name(pid: int) -> str | None:
    """That process as `this_process` names itself, or None where there is none."""
    import psutil

    try:
        return f"{pid}:{round(psutil.Process(pid).create_time() * 100)}"
    except psutil.Error:
        return None


def running(program: str) -> int:
    """How many processes were started by this command, by its whole path."""
    import psutil

    commands = [one.info["cmdline"] or [""] for one in psutil.process_iter(["cmdline"])]
    return sum(one[0] == program for one in commands)
