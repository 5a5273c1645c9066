"""Tiny folders whose weights are quantized already, as Qwen publishes them: FP8 by blocks, GPTQ, AWQ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from fakes import tiny_safetensors
from fakes.qwen3_shape import Shape

SHAPE = Shape(hidden=128, inner=256, layers=2, heads=2, kv_heads=1, head=64)
BLOCK, GROUP = 128, 64


def write_fp8(folder: Path) -> Path:
    """Blocks of 128 x 128 with a scale each. Needs torch."""
    import torch
    from safetensors.torch import load_file, save_file

    told = {"quant_method": "fp8", "weight_block_size": [BLOCK, BLOCK], "activation_scheme": "dynamic"}
    tiny_safetensors.write_tiny(folder, shape=SHAPE, quantization_config=told)
    tensors: dict[str, Any] = load_file(folder / "model.safetensors")
    tensors = {name: tensor.to(torch.bfloat16) for name, tensor in tensors.items()}
    for name in [one for one in tensors if one.endswith("proj.weight")]:
        rows, columns = tensors[name].shape
        scale = torch.full((-(-rows // BLOCK), -(-columns // BLOCK)), 0.01, dtype=torch.bfloat16)
        tensors[name] = (tensors[name].float() / 0.01).to(torch.float8_e4m3fn)
        tensors[f"{name}_scale_inv"] = scale
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    return folder


def write_packed(folder: Path, method: str) -> Path:
    """Four-bit weights, eight in each element, with a scale and a zero for each group: "gptq" or "awq"."""
    from safetensors.numpy import load_file, save_file

    told = {"quant_method": method, "bits": 4, "group_size": GROUP}
    tiny_safetensors.write_tiny(folder, shape=SHAPE, quantization_config=told)
    tensors: dict[str, Any] = load_file(folder / "model.safetensors")
    for name in [one for one in tensors if one.endswith("proj.weight")]:
        rows, columns = tensors.pop(name).shape
        stem, groups = name.removesuffix("weight"), columns // GROUP
        packed = (columns // 8, rows) if method == "gptq" else (columns, rows // 8)
        tensors[f"{stem}qweight"] = np.zeros(packed, np.int32)
        tensors[f"{stem}qzeros"] = np.zeros((groups, rows // 8), np.int32)
        tensors[f"{stem}scales"] = np.ones((groups, rows), np.float16)
        if method == "gptq":
            tensors[f"{stem}g_idx"] = np.arange(columns, dtype=np.int32) // GROUP
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    return folder
