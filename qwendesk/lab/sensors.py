"""Memory, temperature and clock at one moment, of the processor or of the graphics cards."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil

from qwendesk.monitor.gpu import GpuProbe
from qwendesk.monitor.guard import Guard
from qwendesk.monitor.machine import processor_temperature
from qwendesk.monitor.workers import WorkerProbe
from qwendesk.runtimes import memory
from qwendesk.runtimes.session import Session


@dataclass(frozen=True, slots=True)
class Moment:
    """Bytes of main memory and of cards together, degrees Celsius, megahertz; None is not told."""

    bytes: int
    temperature: float | None = None
    clock: float | None = None


class Sensors:
    """Asks the system. For one thread."""

    def __init__(self) -> None:
        self._guard = Guard()
        self._cards = GpuProbe()
        self._workers = WorkerProbe()

    def look(self, session: Session, *, shares: bool = False) -> Moment:
        """The worker's memory now or at its peak, and how warm and fast that is which computes it.

        `shares`: other workers have mapped its file, too, so that the resident set tells what it would take
        alone, and the proportional one does not.
        """
        cards = self._guard(self._cards) or ()
        (worker,) = self._workers(time.monotonic(), [session], cards)
        used = memory.used_bytes(session.pid) or 0
        if shares:
            used = max(used, self._guard(lambda: psutil.Process(session.pid).memory_info().rss) or 0)
        bytes = max(used, worker.peak) + worker.device
        if worker.device:
            busiest = max(cards, key=lambda one: one.busy or 0.0)
            return Moment(bytes, busiest.temperature, busiest.clock_mhz)
        return Moment(bytes, self._temperature(), self._clock())

    def _temperature(self) -> float | None:
        # Not on every system does psutil know of these.
        sensors = getattr(psutil, "sensors_temperatures", dict)
        return self._guard(lambda: processor_temperature(sensors()))

    def _clock(self) -> float | None:
        ask = getattr(psutil, "cpu_freq", lambda: None)
        told = self._guard(ask)
        return float(told.current) if told is not None and told.current else None

    def close(self) -> None:
        """Let go of the cards' library."""
        self._cards.close()
