"""A LoRA adapter for the tiny model: random, strong enough to change what it says."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from fakes.tiny_gguf import finish

RANK = 4
HIDDEN, INNER, LAYERS = 64, 128, 2
"""The sizes of `write_tiny`."""


def write_lora(path: Path, *, architecture: str = "qwen3", seed: int = 5) -> Path:
    """Write the file (a few kB) and return its path."""
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(str(path), architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(RANK))
    for layer in range(LAYERS):
        name = f"blk.{layer}.ffn_down.weight"
        writer.add_tensor(f"{name}.lora_a", random.standard_normal((RANK, INNER)).astype(np.float32))
        writer.add_tensor(f"{name}.lora_b", random.standard_normal((HIDDEN, RANK)).astype(np.float32))
    return finish(writer, path)
