"""What llama.cpp wants of linear attention's tensors otherwise than a checkpoint has them.

Qwen3-Next stores queries, keys, values and gates of one key head side by side ("grouped"); llama.cpp wants
all queries, then all keys, then all values, and the gates apart. Qwen3.5 stores them apart, but its value
heads lie grouped by their key head; llama.cpp repeats key heads as a tile, so the first value head of
every key head comes first ("tiled"). The decay is stored as its logarithm, and norms as what they differ
from one.
"""

from __future__ import annotations

import numpy as np

from qwendesk_llamacpp.jobs.convert.architecture import Architecture
from qwendesk_llamacpp.jobs.convert.decoding import Floats
from qwendesk_llamacpp.jobs.convert.matrix import Changed, Columns, Indices, Matrix, Ordered
from qwendesk_llamacpp.jobs.convert.sizes import Linear


def tiled(linear: Linear, width: int) -> Indices:
    """The order of the value heads' rows, `width` of them to a head."""
    each = linear.value_heads // linear.key_heads
    rows = np.arange(linear.value_heads * width).reshape(linear.key_heads, each, width)
    return rows.swapaxes(0, 1).reshape(-1)


def apart(linear: Linear) -> tuple[Indices, Indices]:
    """Of the rows of `in_proj_qkvz`: those of queries, keys and values; those of the gates."""
    key, value = linear.key_head, linear.values // linear.key_heads
    rows = np.arange(2 * (linear.keys + linear.values)).reshape(linear.key_heads, -1)
    ends = np.cumsum([key, key, value])
    queries, keys, values, gates = np.split(rows, ends, axis=1)
    return np.concatenate([one.reshape(-1) for one in (queries, keys, values)]), gates.reshape(-1)


def adjusted(architecture: Architecture, linear: Linear, name: str, matrix: Matrix) -> Matrix:
    """The tensor of this GGUF name as llama.cpp wants it."""
    part = name.split(".", 2)[-1] if name.startswith("blk.") else name
    if architecture.linear == "tiled":
        matrix = _tiled(linear, part, matrix)
    if part == "ssm_a":
        return Changed(matrix, _decay)
    if part.endswith("norm.weight") and part != "ssm_norm.weight":
        return Changed(matrix, _above_one)
    return matrix


def _tiled(linear: Linear, part: str, matrix: Matrix) -> Matrix:
    head = linear.value_head
    if part in ("attn_qkv.weight", "ssm_conv1d.weight"):
        before = np.arange(2 * linear.keys)
        return Ordered(matrix, np.concatenate([before, 2 * linear.keys + tiled(linear, head)]))
    if part == "attn_gate.weight":
        return Ordered(matrix, tiled(linear, head))
    if part in ("ssm_alpha.weight", "ssm_beta.weight"):
        return Ordered(matrix, tiled(linear, 1))
    if part in ("ssm_a", "ssm_dt.bias"):
        return Columns(matrix, tiled(linear, 1))
    if part == "ssm_out.weight":
        return Columns(matrix, tiled(linear, head))
    return matrix


def _decay(logarithm: Floats) -> Floats:
    return -np.exp(logarithm)


def _above_one(weight: Floats) -> Floats:
    return weight + np.float32(1)
