"""Checkpoints with 8-bit floating point weights, which Transformers computes with by kernels of a package.

That package takes its kernels from a hub, and a worker never asks one: where they do not lie on this
computer, the weights are turned into another format while they are loaded.
"""

from __future__ import annotations

from typing import Any

METHOD = "fp8"


def is_kept(device: str) -> bool:
    """Whether the device computes with FP8 weights as they are: a card, and kernels that are here."""
    return device == "cuda" and _has_kernels()


def _has_kernels() -> bool:
    """`HF_HUB_OFFLINE`, which a worker sets first of all, keeps the look-up on this computer."""
    try:
        from transformers.integrations.finegrained_fp8 import load_finegrained_fp8_kernel

        load_finegrained_fp8_kernel()
    except Exception:  # whatever a package that is half there raises
        return False
    return True


def dequantize(config: Any) -> None:
    """Have `from_pretrained` turn the weights of this configuration into the format of the others."""
    told = config.quantization_config
    if isinstance(told, dict):
        told["dequantize"] = True
    else:
        told.dequantize = True
