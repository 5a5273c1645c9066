"""The models that come with QwenDesk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.models.model import Model
from qwendesk.system.paths import resources

_FORMS = {
    "Q8_0": ("seedling", "seedling-q8_0.gguf", "gguf", "Q8_0"),
    "F16": ("seedling:F16", "seedling-f16.gguf", "gguf", "F16"),
    "SAFETENSORS": ("seedling:safetensors", "hf", "safetensors", "F16"),
}
_WEIGHTS = "model.safetensors"


def bundled() -> list[Model]:
    """Every one, the default first. Raises like `seedling`."""
    return [seedling(one) for one in _FORMS]


def is_form(name: str) -> bool:
    """Whether Seedling comes with us in a form of that name; others somebody made."""
    return name.upper() in _FORMS


def names_form(name: str | None) -> bool:
    """Whether a name asks for one form of the bundled model, and not only for the model."""
    return name is not None and name.lower().startswith("seedling:")


def seedling(form: str = "Q8_0") -> Model:
    """Seedling in this form: "Q8_0", "F16" or "SAFETENSORS".

    Raises:
        Problem: `model_not_found` or `model_missing`.
    """
    if form not in _FORMS:
        known = ", ".join(name for name, *_ in _FORMS.values())
        raise Problem("model_not_found", name=f"seedling:{form}", known=known)
    name, file, format, quantization = _FORMS[form]
    path: Path = resources() / "seedling" / file
    weights = path / _WEIGHTS if format == "safetensors" else path
    if not weights.is_file():
        raise Problem("model_missing", path=str(path))
    # Greedy: Seedling's model card claims its skills at temperature 0.
    recommended = Sampling(temperature=0.0, top_p=1.0, top_k=0)
    size = weights.stat().st_size
    return Model(name, "Seedling", path, format, quantization, size, recommended, bundled=True)


def in_format(model: Model, formats: Sequence[str]) -> Model:
    """The same bundled model in a format that is among these; any other model as it is."""
    if not model.bundled or model.format in formats:
        return model
    return next((one for one in bundled() if one.format in formats), model)
