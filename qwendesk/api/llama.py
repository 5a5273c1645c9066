"""What every runtime that is llama.cpp inside lets a user choose, so that it means the same in each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qwendesk.api.options import option
from qwendesk.api.words import N_

CACHE_TYPES = ("f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl")
CACHE_PAIRS = (*CACHE_TYPES, *(f"{keys}/{values}" for keys in CACHE_TYPES for values in CACHE_TYPES))
"""One type for keys and values, or keys/values."""
UNQUANTIZED = ("f32", "f16", "bf16")


def instructions(system_info: str) -> tuple[str, ...]:
    """What llama_print_system_info() says is in use: of "CPU : AVX = 1 | AVX2 = 1 | FMA = 0" two."""
    return tuple(re.findall(r"(\w+) = 1\b", system_info))


@dataclass(frozen=True, slots=True)
class LlamaOptions:
    """Load options by llama.cpp's own names where it has one; a runtime adds its own in a subclass."""

    context: int | None = option(
        None,
        N_("Context"),
        N_(
            "How many tokens one conversation may hold, prompt and replies together. More takes more memory. "
            "Unset: what the model was trained for, at most 8,192."
        ),
        minimum=256,
        maximum=1_048_576,
        step=1024,
        unit=N_("tokens"),
        unset=N_("up to 8,192"),
    )
    slots: int | None = option(
        None,
        N_("Parallel requests"),
        N_(
            "How many requests run at once. Each one has a whole context of its own. "
            "Unset: up to 4, as long as their caches take less than 1 GiB."
        ),
        minimum=1,
        maximum=64,
        unset=N_("automatic"),
    )
    gpu_layers: int | None = option(
        None,
        N_("GPU layers"),
        N_("How many layers the graphics card holds; 0 keeps all of them on the processor."),
        minimum=0,
        maximum=1000,
        unset=N_("as many as fit"),
    )
    flash_attention: str = option(
        "auto",
        N_("Flash attention"),
        N_("Attention that takes less memory. A quantized value cache needs it."),
        choices=("auto", "on", "off"),
        advanced=True,
    )
    cache_type_k: str = option(
        "f16",
        N_("Key cache type"),
        N_("Number format of the keys in the KV cache. Smaller formats save memory and cost some quality."),
        choices=CACHE_TYPES,
        advanced=True,
    )
    cache_type_v: str = option(
        "f16",
        N_("Value cache type"),
        N_("Number format of the values in the KV cache. Smaller formats save memory and cost some quality."),
        choices=CACHE_TYPES,
        advanced=True,
    )
    prompt_cache: int = option(
        512,
        N_("Prompt cache"),
        N_("Memory that makes going back to an earlier conversation fast; 0 turns it off."),
        minimum=0,
        maximum=1_048_576,
        step=128,
        unit="MiB",
        advanced=True,
    )
    mmap: bool = option(
        True,
        N_("Map the file into memory"),
        N_("Loads faster, and the system can share and drop the file's pages."),
        advanced=True,
    )
    mlock: bool = option(
        False,
        N_("Keep in memory"),
        N_("Never lets the system move the model out of memory."),
        advanced=True,
    )
    warmup: bool = option(
        True,
        N_("Warm up"),
        N_("Runs the model once while loading, so that the first reply starts as fast as the next."),
        advanced=True,
    )
