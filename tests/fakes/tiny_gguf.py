"""A GGUF file with a Qwen3 architecture, a byte-level vocabulary and random weights.

What it says is noise, with many broken characters: made for structure, raw bytes and token ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np

SPECIALS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
)
CONTROLS = 3
# Pieces of 中 and of an emoji, one of them inside a character, so that a split has something to choose.
MERGED = (
    b"th",
    b"\xe4\xb8",
    b"\xe4\xb8\xad",
    b"\xf0\x9f",
    b"\x98\x80",
    b"\xf0\x9f\x98",
    b"\x9f\x98",
    b" \xe4",
)
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "<|im_start|>assistant\n"
)
HIDDEN, INNER, HEADS, KV_HEADS, HEAD = 64, 128, 2, 1, 32
ENDOFTEXT = 256 + len(MERGED)
IM_START, IM_END, THINK = ENDOFTEXT + 1, ENDOFTEXT + 2, ENDOFTEXT + 3


def byte_characters() -> list[str]:
    """GPT-2's printable character for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(byte if byte in printable else next(spare)) for byte in range(256)]


class Noise:
    """Random matrices, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def __call__(self, *shape: int) -> np.ndarray:
        return (self._random.standard_normal(shape) * 0.1).astype(np.float16)


def write_tiny(
    path: Path, *, context: int = 2048, layers: int = 2, seed: int = 0, template: str | None = TEMPLATE
) -> Path:
    """Write the file (about 0.3 MB) and return its path."""
    writer = gguf.GGUFWriter(str(path), "qwen3")
    _hyperparameters(writer, context, layers)
    size = add_vocabulary(writer)
    if template is not None:
        writer.add_chat_template(template)
    _weights(writer, layers, size, Noise(seed))
    return finish(writer, path)


def finish(writer: gguf.GGUFWriter, path: Path) -> Path:
    """Write everything that was added; returns the path."""
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _hyperparameters(writer: gguf.GGUFWriter, context: int, layers: int) -> None:
    writer.add_context_length(context)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_file_type(1)


def add_vocabulary(writer: gguf.GGUFWriter, more: Sequence[str] = ()) -> int:
    """The tokens of this file, then `more` control tokens; returns how many there are."""
    letters = byte_characters()
    merged = ["".join(letters[byte] for byte in piece) for piece in MERGED]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    tokens = [*letters, *merged, *SPECIALS, *more]
    writer.add_token_list(tokens)
    types = [1] * ENDOFTEXT + [3] * CONTROLS + [4] * (len(SPECIALS) - CONTROLS) + [3] * len(more)
    writer.add_token_types(types)
    writer.add_token_merges([f"{one[:-1]} {one[-1]}" for one in merged])
    writer.add_eos_token_id(IM_END)
    writer.add_pad_token_id(ENDOFTEXT)
    writer.add_add_bos_token(False)
    return len(tokens)


def _weights(writer: gguf.GGUFWriter, layers: int, size: int, noise: Noise) -> None:
    writer.add_tensor("token_embd.weight", noise(size, HIDDEN))
    writer.add_tensor("output_norm.weight", np.ones(HIDDEN, np.float32))
    queries, keys = HEADS * HEAD, KV_HEADS * HEAD
    matrices = {
        "attn_q": (queries, HIDDEN),
        "attn_k": (keys, HIDDEN),
        "attn_v": (keys, HIDDEN),
        "attn_output": (HIDDEN, queries),
        "ffn_gate": (INNER, HIDDEN),
        "ffn_up": (INNER, HIDDEN),
        "ffn_down": (HIDDEN, INNER),
    }
    norms = {"attn_norm": HIDDEN, "ffn_norm": HIDDEN, "attn_q_norm": HEAD, "attn_k_norm": HEAD}
    for layer in range(layers):
        for name, shape in matrices.items():
            writer.add_tensor(f"blk.{layer}.{name}.weight", noise(*shape))
        for name, size in norms.items():
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(size, np.float32))
