"""What is asked of the advisor, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from qwendesk.api.problem import Note
from qwendesk.models.memory.parts import Part

Task = Literal["chat", "code", "math", "reasoning", "vision", "audio", "embedding", "long"]
TASKS: tuple[Task, ...] = ("chat", "code", "math", "reasoning", "vision", "audio", "embedding", "long")
Role = Literal["recommended", "stronger", "faster"]
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Wish:
    """A task, and languages by their two-letter codes."""

    task: Task = "chat"
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the machine offers. Sizes in bytes.

    Args:
        disk: free where models go.
        bandwidth: of main memory, in bytes a second.
        video: memory of the graphics card that a runtime here computes on, 0 for none.
        features: of the processor, as the memory model wants them.
        efficiency: the share of the bandwidth that decoding reached here, measured; None before that.
    """

    memory: int
    disk: int
    bandwidth: float
    video: int = 0
    features: frozenset[str] = frozenset()
    efficiency: float | None = None

    @property
    def budget(self) -> int:
        """Main memory for a model: one and a half gigabytes and a tenth stay free for everything else."""
        return max(0, round(self.memory * 0.9) - 3 * GIB // 2)

    @property
    def video_budget(self) -> int:
        return round(self.video * 0.9)


@dataclass(frozen=True, slots=True)
class Runner:
    """A runtime that works here: what it can do, and whether its build computes on the graphics card."""

    id: str
    abilities: frozenset[str]
    gpu: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """A model to take.

    Args:
        name: as typed after `qwendesk pull`.
        official: whether the Qwen team made the file; else `publisher` did.
        memory: its parts with this context; `memory_bytes` their sum.
        tokens_per_s: expected; with what was measured here where there is that.
        why: one sentence; `why_not_larger`: why not the next larger model, None for the largest.
        projector: it needs its projector for this, which is counted in memory and disk (pull --mmproj).
        installed: the library has it.
    """

    role: Role
    name: str
    model: str
    repo: str
    quant: str
    publisher: str
    official: bool
    runtime: str
    context: int
    memory: tuple[Part, ...]
    memory_bytes: int
    on_gpu: bool
    disk_bytes: int
    tokens_per_s: float
    licence: str
    quality: float
    why: Note
    why_not_larger: Note | None
    projector: bool = False
    installed: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """Up to three picks, the recommended one first; `nothing` says why there is none."""

    picks: tuple[Pick, ...] = ()
    nothing: Note | None = None
    capacity: Capacity = field(default=Capacity(0, 0, 0.0))
