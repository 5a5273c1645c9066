"""Attention of a single token over a cache of a fixed size, for compiled and recorded code.

PyTorch's `sdpa` under a mask reads the whole cache, with few of a card's processors, and repeats keys and
values for every head when it is compiled. On a card flash attention reads what is used, by as many as there
are (split keys); its length is a number on the card, so a recording serves every length.
"""

from __future__ import annotations

import inspect
import logging
from typing import Any

import torch
import transformers
from torch.nn.attention.varlen import varlen_attn
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

PACKED, FIXED = "sdpa_packed", "sdpa_fixed"
"""Names for Transformers, which looks for packages where it reads `flash` in one."""
_log = logging.getLogger(__name__)
_GROUPED = {"enable_gqa": True} if "enable_gqa" in inspect.signature(varlen_attn).parameters else {}


def packed(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **more: Any,
) -> tuple[torch.Tensor, None]:
    """As `sdpa`. For a single token the heads of a group stand in the place of tokens:

    a query of shape (batch, heads, 1, size) becomes (batch, key heads, group, size).
    """
    batch, heads, length, size = query.shape
    if length != 1:
        out: tuple[torch.Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **more
        )
        return out
    grouped = query.reshape(batch, key.shape[1], heads // key.shape[1], size)
    found = torch.nn.functional.scaled_dot_product_attention(
        grouped, key, value, attn_mask=attention_mask, scale=scaling
    )
    return found.reshape(batch, 1, heads, value.shape[-1]), None


def flash(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **more: Any,
) -> tuple[torch.Tensor, None]:
    """As `packed`; flash attention where what `lengths` gives stands in the place of a mask."""
    if attention_mask is None or attention_mask.ndim != 1:
        return packed(module, query, key, value, attention_mask, dropout, scaling, **more)
    # Of shape (tokens, heads, size), queries like keys and values.
    found = varlen_attn(
        query[0].transpose(0, 1),
        key[0].transpose(0, 1),
        value[0].transpose(0, 1),
        attention_mask[:2],
        attention_mask[2:],
        1,
        key.shape[2],
        scale=scaling,
        **_GROUPED,
    )
    assert isinstance(found, torch.Tensor)
    return found[None], None


def lengths(
    batch_size: int,
    q_length: int,
    kv_length: int,
    q_offset: Any = 0,
    kv_offset: int = 0,
    attention_mask: torch.Tensor | None = None,
    **more: Any,
) -> torch.Tensor | None:
    """A mask as for `sdpa`.

    For a single token over a fixed cache: 0, 1, 0, n (int32), where its query and its keys begin and end.
    """
    if batch_size == q_length == 1 and isinstance(q_offset, torch.Tensor) and attention_mask is None:
        begins = torch.arange(3, dtype=torch.int32, device=q_offset.device) % 2
        return torch.cat((begins, (q_offset + 1).to(torch.int32).reshape(1)))
    found: torch.Tensor | None = sdpa_mask(
        batch_size, q_length, kv_length, q_offset, kv_offset, attention_mask=attention_mask, **more
    )
    return found


def register(device: str, dtype: torch.dtype, size: int) -> str:
    """Make the better one for this device, number format and size of a head known; its name there."""
    transformers.AttentionInterface.register(PACKED, packed)
    AttentionMaskInterface.register(PACKED, sdpa_mask)
    transformers.AttentionInterface.register(FIXED, flash)
    AttentionMaskInterface.register(FIXED, lengths)
    return FIXED if device == "cuda" and _has_flash(dtype, size) else PACKED


def _has_flash(dtype: torch.dtype, size: int) -> bool:
    """Whether this card and this build compute it: tried once."""
    one = torch.ones(1, 2, 1, size, dtype=dtype, device="cuda")
    ends = torch.tensor([0, 1, 0, 1], dtype=torch.int32, device="cuda")
    try:
        flash(torch.nn.Module(), one, one[:, :1], one[:, :1], ends)
        torch.cuda.synchronize()
    except Exception as error:
        _log.info("No flash attention over a fixed cache: %s", type(error).__name__)
        return False
    return True
