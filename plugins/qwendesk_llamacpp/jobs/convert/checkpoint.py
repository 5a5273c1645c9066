"""A folder in the Hugging Face layout: its configuration, and where each of its tensors lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.convert import jsonfile
from qwendesk_llamacpp.jobs.convert.header import Stored, read_header

_INDEX = "model.safetensors.index.json"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The folder, its config.json, and its tensors by name."""

    folder: Path
    config: Mapping[str, Any]
    tensors: Mapping[str, Stored]


def read_checkpoint(folder: Path) -> Checkpoint:
    """Read the headers; no weights.

    Raises:
        Problem: `model_not_a_file` where it holds no safetensors, `model_part_missing`, or
            `convert_tensor_missing` where the index names a tensor that its file lacks; and what
            `read_header` and `read_object` raise.
    """
    files, promised = _files(folder)
    if not files:
        raise Problem("model_not_a_file", path=str(folder))
    config = jsonfile.read_object(folder / "config.json")
    tensors: dict[str, Stored] = {}
    for file in files:
        for one in read_header(file):
            if one.name in tensors:
                raise Problem("model_header_broken", path=str(file), detail=f"{one.name[:80]} twice")
            tensors[one.name] = one
    for name in promised:
        if name not in tensors:
            raise Problem("convert_tensor_missing", path=str(folder), tensor=name[:200])
    return Checkpoint(folder, config, tensors)


def _files(folder: Path) -> tuple[list[Path], list[str]]:
    """The files, and the tensors that the index promises."""
    if not (folder / _INDEX).is_file():
        return sorted(folder.glob("*.safetensors")), []
    weights = jsonfile.read_object(folder / _INDEX).get("weight_map")
    if not isinstance(weights, dict) or not all(isinstance(one, str) for one in weights.values()):
        raise Problem("model_header_broken", path=str(folder / _INDEX), detail="no weight_map")
    names = sorted(set(weights.values()))
    for one in names:
        # Only plain names: an index must not lead out of its folder.
        if Path(one).name != one or not (folder / one).is_file():
            raise Problem("model_part_missing", path=str(folder), part=one[:200])
    return [folder / one for one in names], list(weights)
