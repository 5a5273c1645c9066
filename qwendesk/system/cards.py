"""Graphics cards and their memory, asked of the system without loading a driver's library."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_DEVICES = Path("/sys/class/drm")
_PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Card:
    """A graphics card with memory of its own, in bytes."""

    name: str
    memory: int


def cards(devices: Path = _DEVICES) -> list[Card]:
    """What NVIDIA's tool and, on Linux, AMD's driver tell; empty where nobody tells anything."""
    return [*_nvidia(), *_amd(devices)]


def _nvidia() -> list[Card]:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    question = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(
            question, capture_output=True, text=True, timeout=_PATIENCE_S, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return [card for line in told.splitlines() if (card := parse(line)) is not None]


def parse(line: str) -> Card | None:
    """A card from a line of the tool's answer: its name and mebibytes."""
    name, _, memory = line.rpartition(",")
    return Card(name.strip(), int(memory) << 20) if memory.strip().isdecimal() else None


def _amd(devices: Path) -> list[Card]:
    found = []
    for one in sorted(devices.glob("card*/device/mem_info_vram_total")):
        try:
            found.append(Card(one.parent.parent.name, int(one.read_text(encoding="ascii"))))
        except (OSError, ValueError):
            continue
    return found
