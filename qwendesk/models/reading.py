"""The facts of a model on disk, whatever its format."""

from __future__ import annotations

from pathlib import Path

from qwendesk.models import onnx, safetensors, shards
from qwendesk.models.facts import Facts, Format
from qwendesk.models.gguf import read_header
from qwendesk.models.gguffacts import facts_of


def read_facts(path: Path) -> Facts:
    """The facts of a GGUF file (any part of a split one), or of a folder with safetensors or ONNX files.

    Only headers are read. Raises:
        Problem: `model_unreadable`, `model_empty`, `model_not_gguf`, `model_version`, `model_truncated`,
            `model_header_broken`, `model_part_missing` or `model_not_a_file`.
    """
    if path.suffix == ".safetensors" and path.is_file():
        path = path.parent
    if path.is_dir():
        return onnx.read_folder(path) if (path / onnx.CONFIG).is_file() else safetensors.read_folder(path)
    files = shards.parts(path)
    return facts_of([read_header(one, trusting=True) for one in files], files)


def folder_format(folder: Path) -> Format | None:
    """What kind of model a folder is, or None."""
    if (folder / onnx.CONFIG).is_file():
        return "onnx"
    if (folder / "config.json").is_file() and any(folder.glob("*.safetensors")):
        return "safetensors"
    return None
