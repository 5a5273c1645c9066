"""Whether there seems to be a graphics card with memory of its own, without asking its driver."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

_SIGNS = (Path("/proc/driver/nvidia/version"), Path("/dev/kfd"))


@cache
def has_card() -> bool:
    """NVIDIA's driver or AMD's compute device. Not Apple's: its memory is main memory."""
    return any(one.exists() for one in _SIGNS) or shutil.which("nvidia-smi") is not None
