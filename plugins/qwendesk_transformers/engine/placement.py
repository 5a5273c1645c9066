"""Where a model is computed, and in which number format."""

from __future__ import annotations

from typing import Any

import torch

from qwendesk.api.problem import Problem
from qwendesk_transformers.options import TransformersOptions

_SHARE = 0.6
"""Of the free memory, what float32 weights may take on a processor."""


def device(wanted: str) -> str:
    """The device for "auto", "cuda", "mps" or "cpu". Raises Problem `device_missing` (device)."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(name for name, is_there in there.items() if is_there)
    if not there.get(wanted):
        raise Problem("device_missing", device=wanted)
    return wanted


def device_map(options: TransformersOptions) -> Any:
    """Where the weights go, as `from_pretrained` takes it; None is a processor's plain loading."""
    if options.device_map != "off":
        return options.device_map
    return None if options.device == "cpu" else {"": options.device}


def dtype(options: TransformersOptions, config: Any) -> torch.dtype:
    """The format of the weights that are not quantized."""
    if options.dtype != "auto":
        return named(options.dtype)
    if options.device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if options.device == "mps":
        return torch.float16
    if options.quantization != "none" or getattr(config, "quantization_config", None):
        return torch.bfloat16  # that is also what FP8 weights become where no card computes with them
    return torch.float32 if 4 * parameters(config) < _SHARE * free_memory() else torch.bfloat16


def named(name: str) -> torch.dtype:
    found: torch.dtype = getattr(torch, name)
    return found


def parameters(config: Any) -> int:
    """About how many weights a model of this configuration has, without making it."""
    text = config.get_text_config()
    hidden, layers = int(getattr(text, "hidden_size", 0)), int(getattr(text, "num_hidden_layers", 0))
    feed = int(getattr(text, "intermediate_size", 4 * hidden) or 4 * hidden)
    experts = int(getattr(text, "num_experts", 1) or 1)
    each = int(getattr(text, "moe_intermediate_size", feed) or feed) if experts > 1 else feed
    vocabulary = int(getattr(text, "vocab_size", 0))
    return layers * (4 * hidden * hidden + 3 * hidden * each * experts) + 2 * vocabulary * hidden


def free_memory() -> float:
    """Bytes that a program could have now; a guess where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            told = dict(line.split(":", 1) for line in file if ":" in line)
        return float(told["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return 16e9
