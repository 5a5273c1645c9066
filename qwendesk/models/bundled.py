"""The models that come with QwenDesk."""

from __future__ import annotations

from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.models.model import Model
from qwendesk.system.paths import resources

_FILES = {"Q8_0": "seedling-q8_0.gguf", "F16": "seedling-f16.gguf"}


def bundled() -> list[Model]:
    """Every one, the default first. Raises like `seedling`."""
    return [seedling(one) for one in _FILES]


def seedling(quantization: str = "Q8_0") -> Model:
    """Seedling in this quantization.

    Raises:
        Problem: `model_not_found` or `model_missing`.
    """
    file = _FILES.get(quantization)
    if file is None:
        raise Problem("model_not_found", name=f"seedling:{quantization}", known="seedling, seedling:F16")
    path: Path = resources() / "seedling" / file
    if not path.is_file():
        raise Problem("model_missing", path=str(path))
    name = "seedling" if quantization == "Q8_0" else f"seedling:{quantization}"
    # Greedy: Seedling's model card claims its skills at temperature 0.
    recommended = Sampling(temperature=0.0, top_p=1.0, top_k=0)
    return Model(name, "Seedling", path, "gguf", quantization, path.stat().st_size, recommended, bundled=True)
