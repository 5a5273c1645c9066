"""A sample as the values that are kept of it. Single cores and processes on a card are not: they are many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qwendesk.monitor.metrics import FIGURES
from qwendesk.monitor.sample import Sample
from qwendesk.store.metrics import Series

# What is kept by kind, and its unit.
UNITS: Mapping[str, Mapping[str, str]] = {
    "machine": {
        "busy": "share",
        "memory_used": "bytes",
        "swap_used": "bytes",
        "disk_free": "bytes",
        "read_per_s": "bytes/s",
        "written_per_s": "bytes/s",
        "temperature": "°C",
        "power_w": "W",
    },
    "worker": {
        "memory": "bytes",
        "private": "bytes",
        "file_backed": "bytes",
        "device": "bytes",
        "busy": "cores",
        "threads": "threads",
        "running": "replies",
    },
    "gpu": {
        "busy": "share",
        "memory_used": "bytes",
        "power_w": "W",
        "temperature": "°C",
        "clock_mhz": "MHz",
        "memory_clock_mhz": "MHz",
    },
    "reply": FIGURES,
}


def values(sample: Sample) -> Iterator[tuple[Series, float]]:
    """Workers of the same model and runtime add up."""
    yield from _told("machine", "", "", sample.machine)
    together: dict[Series, float] = {}
    for worker in sample.workers:
        for series, value in _told("worker", worker.model, worker.runtime, worker):
            together[series] = together.get(series, 0.0) + value
    yield from together.items()
    for gpu in sample.gpus:
        yield from _told("gpu", f"{gpu.number} {gpu.name}", "", gpu)


def _told(kind: str, name: str, runtime: str, of: object) -> Iterator[tuple[Series, float]]:
    for metric in UNITS[kind]:
        value = getattr(of, metric)
        if value is not None:
            yield Series(kind, name, runtime, "", metric), float(value)
