"""A whole checkpoint of a few kilobytes without torch, to be broken in one place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save as save_bytes

from fakes import tiny_safetensors
from fakes.qwen3_shape import Shape

HF = Path(__file__).parents[2] / "resources" / "seedling" / "hf"
SHAPE = Shape(hidden=32, inner=32, layers=1, heads=1, kv_heads=1, head=32)
Change = Callable[[dict[str, Any]], object]


def write(folder: Path) -> Path:
    """A model of one layer with Seedling's tokenizer."""
    folder.mkdir()
    save(folder, tiny_safetensors.weights(SHAPE, 3072, 0))
    told = tiny_safetensors.configuration(SHAPE, 512, 3072)
    (folder / "config.json").write_text(json.dumps({**told, "eos_token_id": 3048}))
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(HF / name, folder / name)
    return folder


def save(folder: Path, weights: dict[str, np.ndarray], **kinds: str) -> None:
    """`kinds` renames a type: numpy has not all that the format has."""
    data = save_bytes(weights)
    length = int.from_bytes(data[:8], "little")
    header = data[8 : 8 + length].decode()
    for kind, name in kinds.items():
        header = header.replace(f'"dtype":"{kind}"', f'"dtype":"{name}"')
    head = header.encode()
    (folder / "model.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + data[8 + length :])


def change(path: Path, by: Change) -> None:
    """Change the object in a JSON file."""
    told = json.loads(path.read_text())
    by(told)
    path.write_text(json.dumps(told))


def change_weights(folder: Path, by: Change, **kinds: str) -> None:
    """Change the tensors; see `save`."""
    weights = tiny_safetensors.weights(SHAPE, 3072, 0)
    by(weights)
    save(folder, weights, **kinds)
