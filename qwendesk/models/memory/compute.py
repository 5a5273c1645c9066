"""The buffer that a batch is computed in: what of it is really touched, and what a card reserves.

llama.cpp reserves room for the logits of every token of a batch (src/llama-context.cpp, sched_reserve), but
in main memory only pages that are written count, and a prompt writes the logits of its last token. What is
written are the largest intermediate results that live at once (src/models/*.cpp, ggml-alloc.c), with the
operands that a matrix product converts (ggml-cpu.c, `wdata`).
"""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.models.facts import Facts

_F32 = 4


@dataclass(frozen=True, slots=True)
class Batch:
    """One physical batch of `tokens`, against `cells` of cache."""

    tokens: int
    cells: int
    flash: bool


def touched(facts: Facts, batch: Batch) -> int:
    """Bytes written in main memory while a full context is read."""
    width = max(_attention(facts), _feed_forward(facts), _recurrent(facts))
    mask = batch.cells * (2 if batch.flash else _F32)
    scores = 0 if batch.flash else batch.cells * facts.attention.heads * 6  # f32, and converted to f16
    return batch.tokens * (width * _F32 + _operand(facts) + mask + scores) + _one_state(facts)


def reserved(facts: Facts, batch: Batch) -> int:
    """Bytes that a graphics card gives away for it: the logits of all tokens, too."""
    mask = batch.cells * (2 if batch.flash else _F32)
    scores = 0 if batch.flash else batch.cells * facts.attention.heads * _F32
    width = max(_attention(facts), _feed_forward(facts), _recurrent(facts))
    logits = facts.vocabulary + 2 * facts.embedding
    return batch.tokens * (max(width + mask // _F32 + scores // _F32, logits) * _F32) + _one_state(facts)


def _attention(facts: Facts) -> int:
    """Elements for each token: residual, its norm, queries, keys, values and the result."""
    one = facts.attention
    heads = max(one.kv_heads, default=0)
    gates = one.heads * one.key_size if facts.recurrent is not None else 0
    queries = one.heads * (one.key_size + one.value_size)
    return 2 * facts.embedding + queries + gates + heads * (one.key_size + one.value_size)


def _feed_forward(facts: Facts) -> int:
    """Residual and norm, gate, up and their product; for experts those of all that are used."""
    experts = facts.experts
    if experts is None or not experts.count:
        return 2 * facts.embedding + 3 * facts.feed_forward
    inner = experts.used * experts.feed_forward
    routed = max(3 * inner, inner + experts.used * facts.embedding)
    return 2 * facts.embedding + routed + experts.count + 2 * experts.shared_feed_forward


def _recurrent(facts: Facts) -> int:
    """Residual and norm, the convolution's input in two orders and its result, gates and the output."""
    one = facts.recurrent
    if one is None or not one.layers:
        return 0
    convolved = one.inner_size + 2 * one.group_count * one.state_size
    return 2 * facts.embedding + 3 * convolved + 2 * one.inner_size


def _operand(facts: Facts) -> int:
    """Bytes for each token of a matrix product's converted operand."""
    inner = max(facts.feed_forward, facts.attention.heads * facts.attention.value_size)
    if facts.experts is not None:
        inner = max(
            facts.attention.heads * facts.attention.value_size,
            facts.experts.used * facts.experts.feed_forward,
        )
    if facts.recurrent is not None:
        inner = max(inner, facts.recurrent.inner_size)
    wide = facts.quantization.name in ("F16", "BF16", "F32")
    return inner * 2 if wide else inner * 9 // 8


def _one_state(facts: Facts) -> int:
    one = facts.recurrent
    return one.state_size * one.inner_size * _F32 if one is not None else 0
