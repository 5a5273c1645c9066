"""What the options come to for one model on this machine, and what had to be changed."""

from __future__ import annotations

from dataclasses import replace

from qwendesk.api.cores import physical_cores
from qwendesk.api.llama import UNQUANTIZED
from qwendesk.api.problem import Note, Problem
from qwendesk_llamacpp.engine.model import Model
from qwendesk_llamacpp.engine.native import native
from qwendesk_llamacpp.options import LlamaCppOptions

_UNKNOWN_CONTEXT = 4096
_USUAL_CONTEXT = 8192
_MOST_SLOTS = 4
# More slots than one are a convenience: they may take this much memory for their caches, in bytes.
_SPARE_CACHE = 1 << 30
# A file of 6 MB ran 4 to 5 times faster on one of two cores than on both.
_BYTES_A_THREAD = 32 << 20
# Every quantized cache type on offer packs 32 numbers into a block (ggml-common.h).
_BLOCK = 32


def resolve(options: LlamaCppOptions, model: Model) -> tuple[LlamaCppOptions, tuple[Note, ...]]:
    """The options with every None filled in that llama.cpp does not fill in itself.

    Raises:
        Problem: `option_conflict` or `cache_type_unfit`, where loading could only fail.
    """
    _check_cache_types(options, model)
    notes = []
    most = _longest(options, model)
    context = options.context or min(most or _UNKNOWN_CONTEXT, _USUAL_CONTEXT)
    if most and context > most:
        notes.append(Note("context_capped", {"wanted": context, "context": most}))
        context = most
    if options.ubatch > options.batch:
        notes.append(Note("ubatch_capped", {"wanted": options.ubatch, "batch": options.batch}))
    used = replace(
        options,
        context=context,
        slots=options.slots or _slots(context, model),
        threads=options.threads or _threads(model),
        ubatch=min(options.ubatch, options.batch),
    )
    return used, tuple(notes)


def _threads(model: Model) -> int:
    """One for each physical core, but fewer for a tiny model: its threads would wait for each other
    at the end of each of a thousand steps longer than they compute in between."""
    return max(1, min(physical_cores(), model.bytes // _BYTES_A_THREAD))


def _longest(options: LlamaCppOptions, model: Model) -> int:
    """The context that positions can be told apart in: the trained one, or more of it with RoPE scaling."""
    stretches = options.rope_scaling in ("linear", "yarn")
    factor = (options.rope_scale or 1) if stretches else 1
    return int((options.yarn_original_context or model.trained_context) * factor)


def _slots(context: int, model: Model) -> int:
    """As many requests at once as fit into the spare memory with an f16 cache for each."""
    cache = model.cache_bytes(context)
    return max(1, min(_MOST_SLOTS, _SPARE_CACHE // cache)) if cache else 1


def _check_cache_types(options: LlamaCppOptions, model: Model) -> None:
    if options.cache_type_v not in UNQUANTIZED and options.flash_attention == "off":
        raise Problem("option_conflict", option="cache_type_v", other="flash_attention")
    key, value = model.head_sizes()
    for option, kind, size in (
        ("cache_type_k", options.cache_type_k, key),
        ("cache_type_v", options.cache_type_v, value),
    ):
        if kind not in UNQUANTIZED and size % _BLOCK:
            raise Problem("cache_type_unfit", option=option, type=kind, head_size=size)


def gpu_layers(options: LlamaCppOptions, layers: int) -> list[int]:
    """How many layers to try on the graphics cards, the most first."""
    if not native.llama_supports_gpu_offload():
        return [0]
    if options.gpu_layers is not None:
        return [options.gpu_layers]
    # All, and then less and less: what fits is known only once it is there.
    every = layers + 1
    return [every, *(every * eighths // 8 for eighths in (6, 5, 4, 3, 2, 1)), 0]
