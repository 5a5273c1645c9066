"""What a user can choose when a model is loaded with this runtime."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.llama import LlamaOptions
from qwendesk.api.options import option
from qwendesk.api.words import N_

ROPE_SCALINGS = ("model", "none", "linear", "yarn")


@dataclass(frozen=True, slots=True)
class LlamaCppOptions(LlamaOptions):
    """Load options, by llama.cpp's own names where it has one."""

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
        kind="path",
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
        kind="path",
        advanced=True,
    )
