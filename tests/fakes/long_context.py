"""Seedling with another number in its header: what its context is said to be, or which architecture."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

from qwendesk.models.bundled import seedling
from qwendesk.models.model import Model

_CONTEXT = b"qwen3.context_length"


def long_context(folder: Path, tokens: int) -> Model:
    """Seedling that says it was trained for so many tokens, so that so many can be asked for."""
    model = seedling()
    data = model.path.read_bytes()
    at = data.index(_CONTEXT) + len(_CONTEXT) + 4  # the name, the type, then the number
    path = folder / "long.gguf"
    path.write_bytes(data[:at] + struct.pack("<I", tokens) + data[at + 4 :])
    return replace(model, path=path, name=str(path), bundled=False)


def unknown_architecture(folder: Path) -> Model:
    """Seedling of an architecture that no engine knows, "qzzzz", its keys named after it."""
    model = seedling()
    path = folder / "odd.gguf"
    data = model.path.read_bytes()
    path.write_bytes(data.replace(b"qwen3.", b"qzzzz.").replace(_string(b"qwen3"), _string(b"qzzzz")))
    return replace(model, path=path, name=str(path), bundled=False)


def missing_tensor(folder: Path) -> Model:
    """Seedling with a tensor of another name: whole, as its header goes, and still not loadable."""
    model = seedling()
    path = folder / "broken.gguf"
    path.write_bytes(model.path.read_bytes().replace(b"blk.0.attn_k.weight", b"blk.0.attn_x.weight"))
    return replace(model, path=path, name=str(path), bundled=False)


def _string(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text
