"""Keys, values and recurrent states.

Sources in llama.cpp: src/llama-kv-cache.cpp (one tensor of keys and one of values for each attention layer),
src/llama-kv-cache-iswa.cpp (layers with a sliding window), src/llama-memory-recurrent.cpp and
llama-hparams.cpp `n_embd_r`, `n_embd_s` (recurrent states, always f32).
"""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.models.facts import Facts, Recurrent

BLOCKS = {
    "f32": (1, 4), "f16": (1, 2), "bf16": (1, 2), "q8_0": (32, 34), "q5_1": (32, 24), "q5_0": (32, 22),
    "q4_1": (32, 20), "q4_0": (32, 18), "iq4_nl": (32, 18),
}  # fmt: skip
"""Elements and bytes of one block, by cache type (ggml-common.h)."""

_CELLS = 256
_F32 = 4
# Qwen's window keys are not used by llama.cpp: its caches hold every token.
_WINDOWLESS = "qwen"


def padded(count: int) -> int:
    """Cells come in multiples of 256 (llama-context.cpp, GGML_PAD)."""
    return -(-max(count, 0) // _CELLS) * _CELLS


def row_bytes(type: str, elements: int) -> int:
    """Bytes of so many elements in a cache type; a type that is not known counts as f16."""
    block, size = BLOCKS.get(type, BLOCKS["f16"])
    return -(-max(elements, 0) // block) * size


@dataclass(frozen=True, slots=True)
class CacheShape:
    """What a cache is asked to hold: `cells` for each of `slots`, in two number formats."""

    cells: int
    slots: int
    keys: str = "f16"
    values: str = "f16"
    ubatch: int = 512


def layer_bytes(facts: Facts, layer: int, shape: CacheShape) -> int:
    """Keys and values of one attention layer for all slots."""
    attention = facts.attention
    heads = attention.kv_heads[layer] if 0 <= layer < len(attention.kv_heads) else 0
    cells = shape.cells
    if (
        attention.window
        and layer in attention.window_layers
        and not facts.architecture.startswith(_WINDOWLESS)
    ):
        cells = min(cells, padded(attention.window + shape.ubatch))
    width = row_bytes(shape.keys, heads * attention.key_size)
    width += row_bytes(shape.values, heads * attention.value_size)
    return cells * shape.slots * width


def state_bytes(recurrent: Recurrent) -> int:
    """The state of one sequence in one recurrent layer: the convolution's memory and the matrix."""
    conv = max(recurrent.conv_kernel - 1, 0) * (
        recurrent.inner_size + 2 * recurrent.group_count * recurrent.state_size
    )
    return (conv + recurrent.state_size * recurrent.inner_size) * _F32
