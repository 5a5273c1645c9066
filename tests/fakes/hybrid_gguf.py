"""A GGUF file with the Qwen3.5 architecture: three linear-attention layers for each attention layer.

A recurrent layer keeps one state for each sequence instead of keys and values for each token, so that
a sequence cannot be cut back at will. Random weights: made for caches and token ids, not for text, but it
says only characters that are read back as the tokens that they were.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from fakes.tiny_gguf import TEMPLATE, Noise, add_vocabulary, finish

SPEAKABLE = b"abcdefgijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."  # no h: "th" is one token
HIDDEN, INNER, LAYERS, INTERVAL = 128, 256, 4, 4
HEADS, KV_HEADS, HEAD = 4, 2, 32
ROTATED, SECTIONS = 16, (3, 3, 2, 0)  # the sections are of pairs: together half of what is rotated
CONV, KEY_HEADS, VALUE_HEADS, STATE = 4, 2, 4, 32
KEYS, VALUES = KEY_HEADS * STATE, VALUE_HEADS * STATE


def write_hybrid(path: Path, *, context: int = 4096, seed: int = 0, template: str | None = TEMPLATE) -> Path:
    """Write the file (about 1.5 MB) and return its path."""
    writer = gguf.GGUFWriter(str(path), "qwen35")
    _hyperparameters(writer, context)
    size = add_vocabulary(writer)
    if template is not None:
        writer.add_chat_template(template)
    noise = Noise(seed)
    writer.add_tensor("token_embd.weight", noise(size, HIDDEN))
    writer.add_tensor("output_norm.weight", np.ones(HIDDEN, np.float32))
    writer.add_tensor("output.weight", _speaking(size, noise))
    for layer in range(LAYERS):
        full = (layer + 1) % INTERVAL == 0
        tensors = {**(_attention(noise) if full else _linear_attention(noise)), **_feed_forward(noise)}
        for name, values in tensors.items():
            writer.add_tensor(f"blk.{layer}.{name}", values)
    return finish(writer, path)


def _hyperparameters(writer: gguf.GGUFWriter, context: int) -> None:
    writer.add_context_length(context)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e7)
    writer.add_rope_dimension_count(ROTATED)
    writer.add_rope_dimension_sections(SECTIONS)
    writer.add_full_attention_interval(INTERVAL)
    writer.add_ssm_conv_kernel(CONV)
    writer.add_ssm_inner_size(VALUES)
    writer.add_ssm_state_size(STATE)
    writer.add_ssm_time_step_rank(VALUE_HEADS)
    writer.add_ssm_group_count(KEY_HEADS)
    writer.add_file_type(1)


def _speaking(size: int, noise: Noise) -> np.ndarray:
    """A head with logits of zero for what shall not be said: among sixty others one is always above."""
    rows = np.zeros((size, HIDDEN), np.float16)
    rows[list(SPEAKABLE)] = noise(len(SPEAKABLE), HIDDEN)
    return rows


def _attention(noise: Noise) -> dict[str, np.ndarray]:
    return {
        "attn_q.weight": noise(HEADS * HEAD * 2, HIDDEN),  # queries and their gates
        "attn_k.weight": noise(KV_HEADS * HEAD, HIDDEN),
        "attn_v.weight": noise(KV_HEADS * HEAD, HIDDEN),
        "attn_output.weight": noise(HIDDEN, HEADS * HEAD),
        "attn_q_norm.weight": np.ones(HEAD, np.float32),
        "attn_k_norm.weight": np.ones(HEAD, np.float32),
    }


def _linear_attention(noise: Noise) -> dict[str, np.ndarray]:
    return {
        "attn_qkv.weight": noise(KEYS * 2 + VALUES, HIDDEN),
        "attn_gate.weight": noise(VALUES, HIDDEN),
        "ssm_conv1d.weight": noise(KEYS * 2 + VALUES, CONV).astype(np.float32) * 5,
        "ssm_dt.bias": np.zeros(VALUE_HEADS, np.float32),
        # Forgets slowly: what was read a hundred tokens ago still shows in the logits.
        "ssm_a": np.full(VALUE_HEADS, -0.01, np.float32),
        "ssm_beta.weight": noise(VALUE_HEADS, HIDDEN),
        "ssm_alpha.weight": noise(VALUE_HEADS, HIDDEN),
        "ssm_norm.weight": np.ones(STATE, np.float32),
        "ssm_out.weight": noise(HIDDEN, VALUES),
    }


def _feed_forward(noise: Noise) -> dict[str, np.ndarray]:
    return {
        "attn_norm.weight": np.ones(HIDDEN, np.float32),
        "post_attention_norm.weight": np.ones(HIDDEN, np.float32),
        "ffn_gate.weight": noise(INNER, HIDDEN),
        "ffn_up.weight": noise(INNER, HIDDEN),
        "ffn_down.weight": noise(HIDDEN, INNER),
    }
