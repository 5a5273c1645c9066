"""Metrics in words: what each is called and how its values read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qwendesk.api.words import N_
from qwendesk.words import _, figures

_KINDS: Mapping[str, str] = {
    "machine": N_("Computer"),
    "worker": N_("Worker"),
    "gpu": N_("Graphics card"),
    "reply": N_("Reply"),
}
_REPLY: Mapping[str, str] = {
    "ttft_s": N_("Time to first token"),
    "queue_s": N_("Waiting before the prompt"),
    "prompt_tps": N_("Prompt speed"),
    "decode_tps": N_("Decode speed"),
    "gap_p50_s": N_("Between tokens, half of them"),
    "gap_p95_s": N_("Between tokens, 95 of 100"),
    "gap_p99_s": N_("Between tokens, 99 of 100"),
    "total_s": N_("Whole reply"),
    "prompt_tokens": N_("Prompt"),
    "reused_tokens": N_("Prompt from the cache"),
    "completion_tokens": N_("Generated"),
    "reused": N_("Share of the prompt from the cache"),
    "occupancy": N_("Batch occupancy"),
    "kv_use": N_("Context in use"),
    "acceptance": N_("Drafts accepted"),
}
_MACHINE: Mapping[str, str] = {
    "busy": N_("Processor"),
    "memory_used": N_("Memory in use"),
    "swap_used": N_("Swap in use"),
    "disk_free": N_("Free on disk"),
    "read_per_s": N_("Read from disks"),
    "written_per_s": N_("Written to disks"),
    "temperature": N_("Temperature"),
    "power_w": N_("Power"),
}
_WORKER: Mapping[str, str] = {
    "memory": N_("Memory"),
    "private": N_("Private memory"),
    "file_backed": N_("File-backed memory"),
    "device": N_("Memory on graphics cards"),
    "busy": N_("Processor, in cores"),
    "threads": N_("Threads"),
    "running": N_("Replies at once"),
}
_GPU: Mapping[str, str] = {
    "busy": N_("Busy"),
    "memory_used": N_("Memory in use"),
    "power_w": N_("Power"),
    "temperature": N_("Temperature"),
    "clock_mhz": N_("Clock"),
    "memory_clock_mhz": N_("Clock of the memory"),
}
TITLES: Mapping[str, Mapping[str, str]] = {
    "machine": _MACHINE,
    "worker": _WORKER,
    "gpu": _GPU,
    "reply": _REPLY,
}


def kind(id: str) -> str:
    return _(_KINDS[id])


def title(kind: str, metric: str) -> str:
    return _(TITLES[kind][metric]) if metric in TITLES.get(kind, {}) else metric


def value(number: float, unit: str) -> str:
    """A value with its unit, one of those in `qwendesk.monitor.series.UNITS`."""
    return _SHOWN[unit](number) if unit in _SHOWN else f"{number:,.1f} {unit}".rstrip()


def bare(number: float, unit: str) -> str:
    """The same without its unit, where that stands in the head of the column: "52.1", "310.0 ms"."""
    return f"{number:,.1f}" if unit in _BARE else value(number, unit)


def beside_axis(unit: str) -> Callable[[float], str]:
    """How values read beside an axis."""
    return lambda number: f"{number:,.4g}" if unit in _BARE else value(number, unit)


def _seconds(number: float) -> str:
    return _("{ms:.1f} ms").format(ms=1000 * number) if number < 1 else figures.seconds(number)


def _count(number: float) -> str:
    return f"{number:,.1f}"


_BARE = ("tok/s", "tokens")
_SHOWN: Mapping[str, Callable[[float], str]] = {
    "bytes": figures.size,
    "bytes/s": lambda number: f"{figures.size(number)}/s",
    "share": lambda number: f"{number:.0%}",
    "s": _seconds,
    "tok/s": figures.rate,
    "cores": _count,
    "threads": _count,
    "replies": _count,
    "tokens": _count,
}
