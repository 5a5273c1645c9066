"""Quantizing in a terminal: how far it is, and what came of it, as text or as data."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from qwendesk.api.jobs import JobProgress
from qwendesk.cli.terminal import Paper, harmless
from qwendesk.words import _, figures, quantizing

if TYPE_CHECKING:
    from qwendesk.lab.quantized import Fallback, Plan, Quantized

_BAR = 24


class Bar:
    """One line on a terminal, nothing elsewhere."""

    def __init__(self) -> None:
        self._paper = Paper()

    def show(self, progress: JobProgress) -> None:
        """[######------]  45 %  blk.3.ffn_down.weight"""
        share = progress.fraction
        if share is None:
            share = progress.done / progress.total if progress.total else 0.0
        full = int(share * _BAR)
        line = f"[{'#' * full}{'-' * (_BAR - full)}]  {int(share * 100):3d} %  {progress.stage}"
        self._paper.status(line[: shutil.get_terminal_size().columns - 1])

    def clear(self) -> None:
        self._paper.status("")


def plan_lines(plan: Plan) -> str:
    """What would become of it, for people."""
    told = _("{name} as {type}: {source} would become {size} ({bits} bits per weight), in {path}").format(
        name=plan.source.name,
        type=plan.type,
        source=figures.size(plan.source_size),
        size=figures.size(plan.size),
        bits=plan.bits_per_weight,
        path=plan.target,
    )
    notes = quantizing.obstacles(plan)
    return _text([told, _types(plan.bytes_by_type), *quantizing.fallbacks(plan.fallbacks), *notes])


def lines(made: Quantized) -> str:
    """What became of it, for people."""
    told = _("{name}: {source} became {size} ({bits} bits per weight) in {seconds}").format(
        name=made.name or made.path,
        source=figures.size(made.source_size),
        size=figures.size(made.size),
        bits=made.quantization.bits_per_weight,
        seconds=figures.seconds(made.seconds),
    )
    types = _types(dict(made.quantization.bytes_by_type))
    return _text([told, types, *quantizing.fallbacks(made.fallbacks), str(made.path)])


def _types(bytes_by_type: Mapping[str, int]) -> str:
    return ", ".join(f"{type} {figures.size(count)}" for type, count in bytes_by_type.items())


def _text(lines: Iterable[str]) -> str:
    return harmless("\n".join(lines))


def plan_data(plan: Plan) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "dry_run": True,
        "source": plan.source.name,
        "source_path": str(plan.source.path),
        "source_bytes": plan.source_size,
        "type": plan.type,
        "name": plan.name or None,
        "path": str(plan.target),
        "size_bytes": plan.size,
        "bits_per_weight": plan.bits_per_weight,
        "bytes_by_type": plan.bytes_by_type,
        "fallbacks": _fallbacks(plan.fallbacks),
        "needs_imatrix": plan.needs_imatrix,
        "requantizes": plan.requantizes or None,
        "tensors": [
            {"name": one.name, "shape": one.shape, "from": one.before, "to": one.after, "bytes": one.bytes}
            for one in plan.tensors
        ],
        "engine": plan.engine,
    }


def data(made: Quantized) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "name": made.name or None,
        "path": str(made.path),
        "type": made.type,
        "size_bytes": made.size,
        "source_bytes": made.source_size,
        "bits_per_weight": made.quantization.bits_per_weight,
        "honest": made.quantization.honest,
        "bytes_by_type": dict(made.quantization.bytes_by_type),
        "fallbacks": _fallbacks(made.fallbacks),
        "seconds": round(made.seconds, 3),
        "engine": made.engine,
        "provenance": made.provenance,
    }


def _fallbacks(found: Iterable[Fallback]) -> list[dict[str, Any]]:
    return [{"tensor": one.tensor, "row": one.row, "wanted": one.wanted, "used": one.used} for one in found]
