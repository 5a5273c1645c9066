"""One look at the machine, its workers and its graphics cards, as frozen values.

Bytes, shares from 0 to 1, degrees Celsius, watts, megahertz. None is what this system does not tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MachineSample:
    """The whole computer.

    Args:
        cores: how busy each core was since the sample before; empty in the first one.
        memory_used: all of it less what a new program could have (the system's word for it).
        disk_free, disk_total: where the home folder is.
        read_per_s, written_per_s: bytes of all disks since the sample before.
        temperature: of the processor. power_w: of the processor's packages, since the sample before.
    """

    cores: tuple[float, ...] = ()
    memory_used: int | None = None
    memory_total: int | None = None
    swap_used: int | None = None
    swap_total: int | None = None
    disk_free: int | None = None
    disk_total: int | None = None
    read_per_s: float | None = None
    written_per_s: float | None = None
    temperature: float | None = None
    power_w: float | None = None

    @property
    def busy(self) -> float | None:
        """The mean over the cores."""
        return sum(self.cores) / len(self.cores) if self.cores else None


@dataclass(frozen=True, slots=True)
class Burst:
    """Tokens of one reply that came since the sample before.

    Args:
        reply: its number within the session; later replies have higher ones.
        gaps: seconds between each token and the one before it; the first token of a reply has none.
        begins: whether that first token is among them.
    """

    reply: int
    gaps: tuple[float, ...]
    begins: bool = False


@dataclass(frozen=True, slots=True)
class WorkerSample:
    """A loaded model's worker, with the processes that it started.

    Args:
        memory, peak: PSS (elsewhere RSS), now and at most; 0 is not read yet.
        private, file_backed: of the resident set: its own, and mapped files with shared memory (Linux).
        device: bytes on graphics cards.
        busy: 1 is one core, since the sample before.
        running: replies asked for and not ended; slots: how many the engine computes at once.
        tokens_per_s: that came since the sample before, of all replies together; bursts: the same one by one.
    """

    session: int
    pid: int
    model: str
    runtime: str
    memory: int
    peak: int
    private: int | None = None
    file_backed: int | None = None
    device: int = 0
    busy: float | None = None
    threads: int | None = None
    running: int = 0
    slots: int = 0
    tokens_per_s: float | None = None
    bursts: tuple[Burst, ...] = ()


@dataclass(frozen=True, slots=True)
class GpuSample:
    """A graphics card. `processes` gives the bytes that each process has on it, where the driver tells."""

    number: int
    name: str
    busy: float | None = None
    memory_used: int | None = None
    memory_total: int | None = None
    power_w: float | None = None
    temperature: float | None = None
    clock_mhz: int | None = None
    memory_clock_mhz: int | None = None
    processes: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything at one moment; `at` is in seconds since 1970."""

    at: float
    machine: MachineSample
    workers: tuple[WorkerSample, ...] = ()
    gpus: tuple[GpuSample, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleTaken:
    """The sampler has looked."""

    sample: Sample
