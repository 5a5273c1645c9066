"""Whether there seems to be a graphics card with memory of its own, without asking its driver."""

from __future__ import annotations

import shutil
import sys
from functools import cache
from pathlib import Path

_NVIDIA, _AMD = Path("/proc/driver/nvidia/version"), Path("/dev/kfd")
_WSL = Path("/dev/dxg")


@cache
def has_card() -> bool:
    """NVIDIA's driver or AMD's compute device. Not Apple's: its memory is main memory."""
    return _has_nvidia() or _AMD.exists()


@cache
def may_have_nvidia() -> bool:
    """Whether to ask NVIDIA's library, which takes 3 MB of every process: not where it cannot be.

    On Windows it may be anywhere, and Linux within Windows says of no card whose it is.
    """
    return sys.platform == "win32" or _has_nvidia() or _WSL.exists()


def _has_nvidia() -> bool:
    return _NVIDIA.exists() or shutil.which("nvidia-smi") is not None
