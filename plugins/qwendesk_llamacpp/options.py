"""What a user can choose when a model is loaded with this runtime."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.options import option
from qwendesk.api.words import N_

CACHE_TYPES = ("f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl")
UNQUANTIZED = ("f32", "f16", "bf16")
ROPE_SCALINGS = ("model", "none", "linear", "yarn")


@dataclass(frozen=True, slots=True)
class LlamaCppOptions:
    """Load options, by llama.cpp's own names where it has one."""

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
    threads: int | None = option(
        None,
        N_("Threads"),
        N_(
            "Processor threads for the model. More than there are cores makes it slower. "
            "Unset: one for each physical core, one in all for a tiny model."
        ),
        minimum=1,
        maximum=512,
        unset=N_("physical cores"),
    )
    gpu_layers: int | None = option(
        None,
        N_("GPU layers"),
        N_("How many layers the graphics card holds; 0 keeps all of them on the processor."),
        minimum=0,
        maximum=1000,
        unset=N_("as many as fit"),
    )
    draft: str = option(
        "off",
        N_("Speculation"),
        N_(
            "Guesses the next tokens and checks them together: faster where a text repeats itself (ngram) or "
            "where a small model of the same family guesses well (model)."
        ),
        choices=("off", "ngram", "model"),
    )
    draft_model: str = option(
        "",
        N_("Draft model"),
        N_("A small GGUF file with the same vocabulary, for the speculation by a model."),
        path=True,
        advanced=True,
    )
    draft_max: int = option(
        16,
        N_("Longest guess"),
        N_("Tokens guessed at once. Guesses grow up to this while they are right."),
        minimum=1,
        maximum=64,
        unit=N_("tokens"),
        advanced=True,
    )
    batch: int = option(
        512,
        N_("Batch"),
        N_("Tokens of the prompt processed in one go."),
        minimum=32,
        maximum=8192,
        step=32,
        unit=N_("tokens"),
        advanced=True,
    )
    ubatch: int = option(
        512,
        N_("Physical batch"),
        N_("Tokens computed together inside a batch. Larger ones can be faster and take more memory."),
        minimum=32,
        maximum=8192,
        step=32,
        unit=N_("tokens"),
        advanced=True,
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
    prompt_cache_folder: str = option(
        "",
        N_("Prompt cache folder"),
        N_(
            "Keeps the prompt cache in this folder between runs. It holds what was said in your "
            "conversations. Empty: nothing is kept."
        ),
        advanced=True,
    )
    devices: str = option(
        "",
        N_("Devices"),
        N_("Graphics cards to use, by llama.cpp's names with commas between them (CUDA0,CUDA1). Empty: all."),
        advanced=True,
    )
    tensor_split: str = option(
        "",
        N_("Tensor split"),
        N_("How the model is shared among several graphics cards, such as 3,1. Empty: by their free memory."),
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
    rope_scaling: str = option(
        "model",
        N_("RoPE scaling"),
        N_("How positions beyond the trained context are made to fit. Qwen's cards recommend yarn for that."),
        choices=ROPE_SCALINGS,
        advanced=True,
    )
    rope_scale: float | None = option(
        None,
        N_("RoPE factor"),
        N_("The context may grow by this factor: 4 makes 32,768 trained tokens 131,072."),
        minimum=1,
        maximum=64,
        unset=N_("the model's own"),
        advanced=True,
    )
    rope_base: float | None = option(
        None,
        N_("RoPE base"),
        N_("The base frequency of the position embedding."),
        minimum=1,
        maximum=1e12,
        unset=N_("the model's own"),
        advanced=True,
    )
    yarn_original_context: int | None = option(
        None,
        N_("YaRN original context"),
        N_("The context that the model was trained for, for YaRN."),
        minimum=256,
        maximum=1_048_576,
        unit=N_("tokens"),
        unset=N_("the model's own"),
        advanced=True,
    )
    lora: str = option(
        "",
        N_("LoRA adapters"),
        N_("Adapter files (GGUF) with semicolons between them; =0.5 behind one sets its scale."),
        advanced=True,
    )
    mmproj: str = option(
        "",
        N_("Vision projector"),
        N_("The mmproj file (GGUF) that lets a vision model see."),
        path=True,
        advanced=True,
    )
    warmup: bool = option(
        True,
        N_("Warm up"),
        N_("Runs the model once while loading, so that the first reply starts as fast as the next."),
        advanced=True,
    )
