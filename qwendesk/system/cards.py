"""Graphics cards and their memory, asked of the system without loading a driver's library."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_DEVICES = Path("/sys/class/drm")
_PATIENCE_S = 3.0
_FRESH_S = 2.0


@dataclass(frozen=True, slots=True)
class Card:
    """A graphics card with memory of its own, in bytes: all of it, and what nobody uses now."""

    name: str
    memory: int
    free: int


class FreeVideo:
    """Bytes that are free on all cards together; the system is asked at most every two seconds.

    May be called from any thread.
    """

    def __init__(self, ask: Callable[[], list[Card]] | None = None) -> None:
        self._ask = ask or cards
        self._lock = threading.Lock()
        self._asked = float("-inf")
        self._free = 0

    def __call__(self) -> int:
        with self._lock:
            if time.monotonic() - self._asked >= _FRESH_S:
                self._free = sum(one.free for one in self._ask())
                self._asked = time.monotonic()
            return self._free


def cards(devices: Path = _DEVICES) -> list[Card]:
    """What NVIDIA's tool and, on Linux, AMD's driver tell; empty where nobody tells anything."""
    return [*_nvidia(), *_amd(devices)]


def _nvidia() -> list[Card]:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    question = [tool, "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(
            question, capture_output=True, text=True, timeout=_PATIENCE_S, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return [card for line in told.splitlines() if (card := parse(line)) is not None]


def parse(line: str) -> Card | None:
    """A card from a line of the tool's answer: its name and two numbers of mebibytes."""
    name, *numbers = (one.strip() for one in line.rsplit(",", 2))
    if len(numbers) < 2 or not all(one.isdecimal() for one in numbers):
        return None
    memory, free = (int(one) << 20 for one in numbers)
    return Card(name, memory, free)


def _amd(devices: Path) -> list[Card]:
    found = []
    for one in sorted(devices.glob("card*/device/mem_info_vram_total")):
        try:
            memory, used = _number(one), _number(one.with_name("mem_info_vram_used"))
        except (OSError, ValueError):
            continue
        found.append(Card(one.parent.parent.name, memory, max(0, memory - used)))
    return found


def _number(file: Path) -> int:
    return int(file.read_text(encoding="ascii"))
