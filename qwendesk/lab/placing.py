"""Which file a model's name means for the lab, and where in the library the result stands."""

from __future__ import annotations

from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.models import finding, shards
from qwendesk.models.choosing import quant_of
from qwendesk.models.downloads.names import target_of
from qwendesk.models.library import Library
from qwendesk.models.model import Model

_WHOLE = ("BF16", "F16", "F32")
"""Types that nothing was lost to: what to quantize from, where a name alone leaves the choice."""


def source_of(library: Library, name: str) -> Model:
    """The model to quantize: of a name without a quantization the whole file, if there is one.

    Raises:
        Problem: those of `Library.find`, or `quantize_not_gguf` (name, format).
    """
    model = _whole(library, name) or library.find(name)
    if model.format != "gguf":
        raise Problem("quantize_not_gguf", name=model.name, format=model.format)
    return model


def _whole(library: Library, name: str) -> Model | None:
    if finding.is_path(name) or ":" in name:
        return None
    for type in _WHOLE:
        try:
            return library.find(f"{name}:{type}")
        except Problem:
            continue
    return None


def place_of(model: Model, type: str, root: Path) -> tuple[Path, str]:
    """Where a quantization of this model belongs in the library below `root`, and its name there: BASE:TYPE.

    Raises:
        Problem: `name_unsafe`, where the model is called what no file may be called.
    """
    base = _base(model)
    short = _without_quant(shards.stem(model.path.name)) if "/" in base else base
    return target_of(root, f"{base}/{short}-{type}.gguf"), f"{base}:{type}"


def _base(model: Model) -> str:
    """ORG/REPO or seedling of ORG/REPO:F16 and seedling:F16, else the file's name without quantization."""
    head, _, quant = model.name.partition(":")
    if quant_of(quant) and not finding.is_path(model.name):
        return head
    return _without_quant(shards.stem(model.path.name))


def _without_quant(stem: str) -> str:
    quant = quant_of(f"{stem}.gguf")
    at = stem.upper().replace("-", "_").rfind(quant.replace("-", "_")) if quant else -1
    return (stem[:at].rstrip("-_. ") if at > 0 else "") or stem
