"""The models on this computer, by name: the bundled Seedling, files in the home folder, any path."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.models.installed import files_of
from qwendesk.system.paths import Paths, resources

_SEEDLING_FILES = {"Q8_0": "seedling-q8_0.gguf", "F16": "seedling-f16.gguf"}


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be loaded: a GGUF file.

    Args:
        name: as typed after `qwendesk chat`.
        sampling: the sampling recommended for it, or None.
    """

    name: str
    title: str
    path: Path
    format: str
    quantization: str
    size_bytes: int
    sampling: Sampling | None = None
    bundled: bool = False

    def sha256(self) -> str:
        """The file's SHA-256; reads the whole file, so never on the window's thread."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


class Library:
    """Finds models by name or path."""

    def __init__(self, paths: Paths) -> None:
        self._folder = paths.models

    def models(self) -> list[Model]:
        """Every model known by name, the bundled ones first."""
        return [*(_seedling(one) for one in _SEEDLING_FILES), *self._installed()]

    def _installed(self) -> list[Model]:
        try:
            found = sorted(self._folder.rglob("*.gguf"))
        except OSError:
            return []
        models = []
        for path in found:
            # A dangling link, or a file that went away meanwhile, costs only itself.
            with contextlib.suppress(OSError):
                if path.is_file():
                    models.append(_from_file(path, path.relative_to(self._folder).with_suffix("").as_posix()))
        return models

    def find(self, name: str | None) -> Model:
        """The model of that name or path; Seedling where no name is given.

        Raises:
            Problem: `model_not_found` or `model_not_a_file`.
        """
        if name is None or name.lower() == "seedling":
            return _seedling("Q8_0")
        head, _, wanted = name.partition(":")
        if head.lower() == "seedling":
            return _seedling(wanted.upper())
        for model in self._installed():
            if name.lower() in (model.name.lower(), model.path.name.lower()):
                return model
        if pulled := files_of(self._folder, name):
            return _from_file(pulled[0], name)
        return self._at_path(name)

    def _at_path(self, name: str) -> Model:
        with contextlib.suppress(OSError, RuntimeError):  # RuntimeError: ~ of nobody
            path = Path(name).expanduser()
            if path.is_file():
                return _from_file(path.absolute(), path.stem)
            if path.is_dir():
                raise Problem("model_not_a_file", path=name)
        known = ", ".join(one.name for one in self.models())
        raise Problem("model_not_found", name=name, known=known)


def _seedling(quantization: str) -> Model:
    file = _SEEDLING_FILES.get(quantization)
    if file is None:
        raise Problem("model_not_found", name=f"seedling:{quantization}", known="seedling, seedling:F16")
    path = resources() / "seedling" / file
    if not path.is_file():
        raise Problem("model_missing", path=str(path))
    name = "seedling" if quantization == "Q8_0" else f"seedling:{quantization}"
    # Greedy: Seedling's model card claims its skills at temperature 0.
    recommended = Sampling(temperature=0.0, top_p=1.0, top_k=0)
    return Model(name, "Seedling", path, "gguf", quantization, path.stat().st_size, recommended, bundled=True)


def _from_file(path: Path, name: str) -> Model:
    quantization = next(
        (part for part in reversed(path.stem.replace("-", ".").split(".")) if _is_quant(part)), ""
    )
    return Model(name, path.stem, path, "gguf", quantization.upper(), path.stat().st_size)


def _is_quant(part: str) -> bool:
    upper = part.upper()
    return (
        upper in ("F16", "BF16", "F32")
        or (upper[:1] == "Q" and upper[1:2].isdigit())
        or upper.startswith("IQ")
    )
