"""A GGUF file with a Qwen3 architecture, a byte-level vocabulary and random weights.

What it says is noise, with many broken characters: made for structure, raw bytes and token ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np

from fakes.qwen3_shape import Shape

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
    "{{ '<|im_start|>assistant\n' }}"  # written bare, its newline is the template's last and is dropped
)
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
    shape = Shape(hidden=64, inner=128, layers=layers, heads=2, kv_heads=1, head=32)
    shape.describe(writer, context)
    size = add_vocabulary(writer)
    if template is not None:
        writer.add_chat_template(template)
    noise = Noise(seed)
    writer.add_tensor("token_embd.weight", noise(size, shape.hidden))
    writer.add_tensor("output_norm.weight", np.ones(shape.hidden, np.float32))
    for name, sizes in shape.tensors():
        writer.add_tensor(name, noise(*sizes) if len(sizes) > 1 else np.ones(sizes, np.float32))
    return finish(writer, path)


def finish(writer: gguf.GGUFWriter, path: Path) -> Path:
    """Write everything that was added; returns the path."""
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


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
