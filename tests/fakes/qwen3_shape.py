"""The Qwen3 architecture in numbers: what its files say about it, and which tensors they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import gguf


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a model; `inner` is that of the feed-forward layer, `head` that of one attention head."""

    hidden: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    head: int

    def describe(self, writer: gguf.GGUFWriter, context: int) -> None:
        """Add the metadata that a loader needs."""
        writer.add_context_length(context)
        writer.add_embedding_length(self.hidden)
        writer.add_block_count(self.layers)
        writer.add_feed_forward_length(self.inner)
        writer.add_head_count(self.heads)
        writer.add_head_count_kv(self.kv_heads)
        writer.add_key_length(self.head)
        writer.add_value_length(self.head)
        writer.add_layer_norm_rms_eps(1e-6)
        writer.add_rope_freq_base(1e6)
        writer.add_file_type(1)

    def tensors(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Names and shapes of the layers' tensors; norms are those with one dimension."""
        for layer in range(self.layers):
            for name, shape in self._layer().items():
                yield f"blk.{layer}.{name}.weight", shape

    def _layer(self) -> dict[str, tuple[int, ...]]:
        queries, keys = self.heads * self.head, self.kv_heads * self.head
        return {
            "attn_q": (queries, self.hidden),
            "attn_k": (keys, self.hidden),
            "attn_v": (keys, self.hidden),
            "attn_output": (self.hidden, queries),
            "ffn_gate": (self.inner, self.hidden),
            "ffn_up": (self.inner, self.hidden),
            "ffn_down": (self.hidden, self.inner),
            "attn_norm": (self.hidden,),
            "ffn_norm": (self.hidden,),
            "attn_q_norm": (self.head,),
            "attn_k_norm": (self.head,),
        }
