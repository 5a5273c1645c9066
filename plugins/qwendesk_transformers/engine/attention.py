"""PyTorch's attention for compiled code: one token's heads share their keys, without copies of them."""

from __future__ import annotations

from typing import Any

import torch
import transformers
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

NAME = "sdpa_shared_heads"


def attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **more: Any,
) -> tuple[torch.Tensor, None]:
    """As `sdpa`, which repeats keys and values for every head when it is compiled with a mask.

    For a single token the heads of a group stand in the place of its tokens instead: query of shape
    (batch, heads, 1, size) becomes (batch, key heads, group, size).
    """
    batch, heads, length, size = query.shape
    if length != 1:
        out: tuple[torch.Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **more
        )
        return out
    packed = query.reshape(batch, key.shape[1], heads // key.shape[1], size)
    found = torch.nn.functional.scaled_dot_product_attention(
        packed, key, value, attn_mask=attention_mask, scale=scaling
    )
    return found.reshape(batch, 1, heads, value.shape[-1]), None


def register() -> str:
    """Make it known to Transformers; its name there."""
    transformers.AttentionInterface.register(NAME, attention)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    return NAME
