"""The child's first acts: keep the protocol to itself, and never outlive the parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import BinaryIO

_PR_SET_PDEATHSIG = 1


def take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Private copies of stdin and stdout; then fd 0 reads nothing and fd 1 is fd 2.

    Native libraries print whenever they like: a single line of theirs inside the protocol would break it.
    """
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(requests, os.O_BINARY)
        msvcrt.setmode(answers, os.O_BINARY)
    sys.stdout = sys.stderr
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb")


def ignore_interrupts() -> None:
    """Ctrl-C in a terminal reaches the whole group; stopping a reply is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def die_with_parent(parent: int) -> None:
    """On Linux the kernel kills this process when the parent's spawning thread ends.

    The reader of stdin notices the same, but not while native code holds the interpreter lock.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the call above
        os._exit(0)
