"""What the options come to for one file on this machine, and what had to be changed."""

from __future__ import annotations

from dataclasses import replace

from qwendesk.api.cores import physical_cores
from qwendesk.api.llama import UNQUANTIZED
from qwendesk.api.problem import Note, Problem
from qwendesk_llamaserver.header import Metadata
from qwendesk_llamaserver.options import LlamaServerOptions

_UNKNOWN_CONTEXT = 4096
_USUAL_CONTEXT = 8192
_MOST_SLOTS = 4
# More slots than one are a convenience: they may take this much memory for their caches, in bytes.
_SPARE_CACHE = 1 << 30
# Every quantized cache type on offer packs 32 numbers into a block (ggml-common.h).
_BLOCK = 32


def resolve(options: LlamaServerOptions, metadata: Metadata) -> tuple[LlamaServerOptions, tuple[Note, ...]]:
    """The options with every None filled in but `gpu_layers`, which the engine decides.

    Raises:
        Problem: `option_conflict` or `cache_type_unfit`, where loading could only fail.
    """
    _check_cache_types(options, metadata)
    trained = number(metadata, "context_length")
    context = options.context or min(trained or _UNKNOWN_CONTEXT, _USUAL_CONTEXT)
    notes = []
    if trained and context > trained:
        # The server caps each slot itself, but only after it has taken the memory for all of it.
        notes.append(Note("context_capped", {"wanted": context, "context": trained}))
        context = trained
    if options.ubatch > options.batch:
        notes.append(Note("ubatch_capped", {"wanted": options.ubatch, "batch": options.batch}))
    used = replace(
        options,
        context=context,
        slots=options.slots or _slots(context, metadata),
        # A core stays free: with every core spinning, one neighbour stalls all threads at each barrier.
        threads=options.threads or max(1, physical_cores() - 1),
        ubatch=min(options.ubatch, options.batch),
    )
    return used, tuple(notes)


def _slots(context: int, metadata: Metadata) -> int:
    """As many requests at once as fit into the spare memory with an f16 cache for each."""
    heads = number(metadata, "attention.head_count_kv")
    width = number(metadata, "attention.key_length") + number(metadata, "attention.value_length")
    cache = context * number(metadata, "block_count") * heads * width * 2
    return max(1, min(_MOST_SLOTS, _SPARE_CACHE // cache)) if cache else 1


def number(metadata: Metadata, name: str) -> int:
    """A number of the file's own architecture, such as `context_length`; 0 where it is missing."""
    value = metadata.get(f"{architecture(metadata)}.{name}")
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def architecture(metadata: Metadata) -> str:
    """The name of the file's architecture, such as qwen3."""
    value = metadata.get("general.architecture")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _check_cache_types(options: LlamaServerOptions, metadata: Metadata) -> None:
    if options.cache_type_v not in UNQUANTIZED and options.flash_attention == "off":
        raise Problem("option_conflict", option="cache_type_v", other="flash_attention")
    for option, kind, size in (
        ("cache_type_k", options.cache_type_k, number(metadata, "attention.key_length")),
        ("cache_type_v", options.cache_type_v, number(metadata, "attention.value_length")),
    ):
        if kind not in UNQUANTIZED and size % _BLOCK:
            raise Problem("cache_type_unfit", option=option, type=kind, head_size=size)
