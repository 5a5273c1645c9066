"""Which processor this is, and what it can do, by Linux's names ("avx2", "avx512f", "asimddp", "i8mm")."""

from __future__ import annotations

import platform
import sys
from functools import cache
from pathlib import Path

_WANTED = {"avx2", "avx512f", "asimddp", "i8mm"}
_INFO = Path("/proc/cpuinfo")


@cache
def features() -> frozenset[str]:
    """Those that matter for the layout of weights. Where the system does not tell, what is usual there."""
    if sys.platform == "linux":
        try:
            return told(_INFO.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return frozenset()
    machine = platform.machine().lower()
    if sys.platform == "darwin" and machine == "arm64":
        return frozenset()  # there the graphics part of the chip computes, and nothing is rearranged for it
    return frozenset({"asimddp"}) if machine in ("arm64", "aarch64") else frozenset({"avx2"})


def told(cpuinfo: str) -> frozenset[str]:
    """The features in the text of /proc/cpuinfo; every core has those of the first."""
    for line in cpuinfo.splitlines():
        name, separator, value = line.partition(":")
        if separator and name.strip().lower() in ("flags", "features"):
            return frozenset(value.split()) & _WANTED
    return frozenset()


def name() -> str:
    """As its maker calls it; Python does not know that on Linux."""
    try:
        for line in _INFO.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.lower().startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
