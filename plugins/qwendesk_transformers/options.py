"""What a user can choose when a model is loaded with this runtime."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.options import option
from qwendesk.api.words import N_

DTYPES = ("auto", "bfloat16", "float16", "float32")
QUANTIZATIONS = ("none", "int8", "nf4")
DEVICE_MAPS = ("off", "auto", "balanced", "balanced_low_0", "sequential")
ATTENTIONS = ("auto", "sdpa", "flash_attention_2", "eager")


@dataclass(frozen=True, slots=True)
class TransformersOptions:
    """Load options, by the names of Transformers and PyTorch where they have one."""

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
    slots: int = option(
        4,
        N_("Parallel requests"),
        N_("How many requests run at once, in one batch."),
        minimum=1,
        maximum=256,
    )
    device: str = option(
        "auto",
        N_("Device"),
        N_("Where the model is computed. Automatic: a graphics card where PyTorch can use one."),
        choices=("auto", "cuda", "mps", "cpu"),
    )
    device_map: str = option(
        "off",
        N_("Spread over devices"),
        N_(
            "Puts a model that one graphics card cannot hold on several, and what is left into main memory, "
            "by Accelerate's device maps. Slower than one card that holds it all; needs ordinary caches."
        ),
        choices=DEVICE_MAPS,
        advanced=True,
    )
    dtype: str = option(
        "auto",
        N_("Number format"),
        N_(
            "Of weights that are not quantized. Automatic: bfloat16 on a graphics card; on a processor "
            "float32, which is faster there, or bfloat16 where float32 would not fit."
        ),
        choices=DTYPES,
    )
    quantization: str = option(
        "none",
        N_("Quantize while loading"),
        N_("int8 halves and nf4 quarters the memory of 16-bit weights, at some cost of quality."),
        choices=QUANTIZATIONS,
    )
    double_quantization: bool = option(
        False,
        N_("Double quantization"),
        N_("Quantizes the scales of nf4, too: about 0.4 bits less for each weight."),
        advanced=True,
    )
    compute_dtype: str = option(
        "auto",
        N_("Number format to compute in"),
        N_("Of nf4 weights while they are used. Automatic: that of the other weights."),
        choices=DTYPES,
        advanced=True,
    )
    int8_threshold: float = option(
        6.0,
        N_("Outlier threshold"),
        N_("int8: activations above this are computed in 16 bits (Dettmers et al. 2022)."),
        minimum=0,
        maximum=1000,
        step=0.5,
        advanced=True,
    )
    save_quantized: str = option(
        "",
        N_("Keep the quantized weights"),
        N_(
            "Writes them to this folder once they are made. Loaded from there, the model takes less time and "
            "disk. A folder that is there already is left alone."
        ),
        kind="folder",
        advanced=True,
    )
    threads: int | None = option(
        None,
        N_("Threads"),
        N_("Threads of the processor. Unset: one for each physical core, one in all for a tiny model."),
        minimum=1,
        maximum=512,
        unset=N_("physical cores"),
    )
    attention: str = option(
        "auto",
        N_("Attention"),
        N_("Which implementation computes attention. Automatic: PyTorch's own (sdpa)."),
        choices=ATTENTIONS,
        advanced=True,
    )
    static_cache: bool = option(
        False,
        N_("Fixed cache"),
        N_("Takes the memory for the whole context at once. One request at a time; compiled code needs it."),
        advanced=True,
    )
    compile: bool = option(
        False,
        N_("Compile"),
        N_(
            "Lets PyTorch compile the model: the first reply waits for a minute or so, later ones are faster "
            "on a graphics card. On a processor it wins nothing. One request at a time."
        ),
        advanced=True,
    )
    chunk: int = option(
        256,
        N_("Prompt chunk"),
        N_("Tokens of a prompt that are read in one go; a stop is noticed between two."),
        minimum=16,
        maximum=65_536,
        step=16,
        unit=N_("tokens"),
        advanced=True,
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
        N_("A folder with a small model of the same vocabulary, for the speculation by a model."),
        kind="folder",
        advanced=True,
    )
    draft_max: int = option(
        8,
        N_("Longest guess"),
        N_("Tokens guessed at once. Guesses grow up to this while they are right."),
        minimum=1,
        maximum=64,
        unit=N_("tokens"),
        advanced=True,
    )
    remote_code: str = option(
        "",
        N_("Allow the model's own code"),
        N_(
            "Some models come with Python files that would run on this computer. They run only where this is "
            "the SHA-256 that is told when such a model is loaded."
        ),
        advanced=True,
    )
    warmup: bool = option(
        True,
        N_("Warm up"),
        N_("Runs the model once while loading, so that the first reply starts as fast as the next."),
        advanced=True,
    )
