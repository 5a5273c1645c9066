"""Whether there seems to be a graphics card with memory of its own, without asking its driver."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

_NVIDIA, _AMD = Path("/proc/driver/nvidia/version"), Path("/dev/kfd")


@cache
def has_card() -> bool:
    """NVIDIA's driver or AMD's compute device. Not Apple's: its memory is main memory."""
    return has_nvidia() or _AMD.exists()


@cache
def has_nvidia() -> bool:
    """Whether NVIDIA's driver is there: the library that speaks with it takes 3 MB of every process."""
    return _NVIDIA.exists() or shutil.which("nvidia-smi") is not None
