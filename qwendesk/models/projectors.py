"""Which projector (mmproj) belongs to which model: it lies beside it and fits its width."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qwendesk.models.choosing import quant_of
from qwendesk.models.summary import Summary

_BEST = ("F16", "BF16", "Q8_0", "F32")
_SEEING = ("vl", "omni", "qwen35", "qwen4")


def projector_for(model: Summary, beside: Iterable[tuple[Path, Summary]]) -> Path | None:
    """The best projector in the model's folder, or None. Half precision is what they are made for."""
    if model.kind != "model" or not _can_see(model):
        return None
    fitting = [path for path, eye in beside if eye.kind == "mmproj" and eye.eye in (0, model.embedding)]
    return min(fitting, key=_rank, default=None)


def _can_see(model: Summary) -> bool:
    return model.template.images or any(one in model.architecture for one in _SEEING)


def _rank(path: Path) -> tuple[int, str]:
    quant = quant_of(path.name)
    return (_BEST.index(quant) if quant in _BEST else len(_BEST), path.name)
