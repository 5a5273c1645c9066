"""What the computer as a whole does: processor, memory, disk, temperature and power where readable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from qwendesk.monitor.guard import Guard
from qwendesk.monitor.rates import Rate
from qwendesk.monitor.sample import MachineSample

_POWERCAP = Path("/sys/class/powercap")
# Temperatures change slowly, and some sensors take milliseconds to answer.
_WARMTH_S = 5.0
# Drivers of processors' own sensors, the best known first; the board's comes last.
_SENSORS = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "soc_thermal", "acpitz")


class MachineProbe:
    """Reads it; what cannot be read is None. For one thread."""

    def __init__(self, folder: Path, guard: Guard, powercap: Path = _POWERCAP) -> None:
        """`folder`: whose disk counts."""
        self._folder = folder
        self._guard = guard
        self._before: Sequence[Any] = ()
        self._read, self._written = Rate(), Rate()
        self._packages = [(file, Rate()) for file in sorted(powercap.glob("intel-rapl:*/energy_uj"))]
        self._temperature: tuple[float, float | None] | None = None

    def __call__(self, now: float) -> MachineSample:
        """`now` on the monotonic clock."""
        ask = self._guard
        memory, swap = ask(psutil.virtual_memory), ask(psutil.swap_memory)
        disk = ask(lambda: psutil.disk_usage(str(self._folder)))
        traffic = ask(psutil.disk_io_counters)
        return MachineSample(
            cores=ask(self._cores) or (),
            memory_used=memory.total - memory.available if memory else None,
            memory_total=memory.total if memory else None,
            swap_used=swap.used if swap else None,
            swap_total=swap.total if swap else None,
            disk_free=disk.free if disk else None,
            disk_total=disk.total if disk else None,
            read_per_s=self._read(now, traffic.read_bytes) if traffic else None,
            written_per_s=self._written(now, traffic.write_bytes) if traffic else None,
            temperature=self._warmth(now),
            power_w=ask(lambda: self._power(now)),
        )

    def _cores(self) -> tuple[float, ...]:
        before, self._before = self._before, psutil.cpu_times(percpu=True)
        return busy(before, self._before)

    def _warmth(self, now: float) -> float | None:
        if self._temperature is None or now - self._temperature[0] >= _WARMTH_S:
            # Not on every system does psutil know of sensors.
            sensors = getattr(psutil, "sensors_temperatures", dict)
            self._temperature = now, self._guard(lambda: processor_temperature(sensors()))
        return self._temperature[1]

    def _power(self, now: float) -> float | None:
        """Energy of the packages over time; on most systems only the superuser may read it."""
        watts = []
        for file, rate in self._packages:
            # "intel-rapl:0" is a package, "intel-rapl:0:1" a part of one.
            if file.parent.name.count(":") == 1:
                watts.append(rate(now, int(file.read_text(encoding="ascii")) / 1e6))
        told = [one for one in watts if one is not None]
        return sum(told) if told else None


def busy(before: Sequence[Any], after: Sequence[Any]) -> tuple[float, ...]:
    """The share of each core's time that was not idle, between two readings of psutil's `cpu_times`."""
    if len(before) != len(after):
        return ()
    return tuple(map(_busy, before, after))


def _busy(before: Any, after: Any) -> float:
    idle = _idle(after) - _idle(before)
    whole = _whole(after) - _whole(before)
    return min(1.0, max(0.0, 1 - idle / whole)) if whole > 0 else 0.0


def _idle(times: Any) -> float:
    return float(times.idle + getattr(times, "iowait", 0.0))


def _whole(times: Any) -> float:
    # Linux counts the time of guests in `user` and `nice`, too.
    return float(sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0))


def processor_temperature(sensors: Mapping[str, Sequence[Any]]) -> float | None:
    """The highest that the best known driver of a processor's sensors tells, as psutil gives them."""
    for name in _SENSORS:
        told = [one.current for one in sensors.get(name, ()) if one.current and one.current > 0]
        if told:
            return float(max(told))
    return None
