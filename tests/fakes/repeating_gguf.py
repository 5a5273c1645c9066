"""A GGUF file whose next token follows from the current one alone: its text runs in a circle.

Attention and feed-forward layers add nothing, so that what comes out is the embedding that went in,
and the output head holds each embedding at the row of the token that shall follow. Every drafted token
can therefore be right, and the text is the same whatever the batch, the cache or the quantization.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

from fakes.qwen3_shape import Shape
from fakes.tiny_gguf import TEMPLATE, Noise, add_vocabulary, finish

TEXT = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."
SHAPE = Shape(hidden=256, inner=512, layers=2, heads=4, kv_heads=2, head=64)
SILENT = ("attn_output.weight", "ffn_down.weight")
LOGIT = 20.0  # of the token that follows; the others stay below about a quarter of it


@dataclass(frozen=True, slots=True)
class Circle:
    """Tokens that follow each other, in a model of `size` tokens; other tokens lead into the circle.

    Each place on the circle is a vector of random signs: nearly orthogonal to all others, and the same
    after quantization.
    """

    tokens: Sequence[int]
    size: int
    hidden: int

    def embeddings(self) -> np.ndarray:
        """One row for each token: the vector of its place."""
        places = np.arange(self.size) % len(self.tokens)
        places[list(self.tokens)] = np.arange(len(self.tokens))
        return self._vectors()[places]

    def outputs(self) -> np.ndarray:
        """The row of each token on the circle holds the vector of the place before; all others are zero."""
        rows = np.zeros((self.size, self.hidden), np.float16)
        rows[list(self.tokens)] = np.roll(self._vectors(), 1, axis=0) * np.float16(LOGIT / self.hidden)
        return rows

    def _vectors(self) -> np.ndarray:
        signs = np.random.default_rng(0).choice((-1.0, 1.0), (len(self.tokens), self.hidden))
        return signs.astype(np.float16)


def write_repeating(path: Path, *, context: int = 4096, template: str | None = TEMPLATE) -> Path:
    """Write the file (about 2.2 MB; it says TEXT over and over) and return its path."""
    writer = gguf.GGUFWriter(str(path), "qwen3")
    SHAPE.describe(writer, context)
    size = add_vocabulary(writer)
    if template is not None:
        writer.add_chat_template(template)
    circle = Circle(TEXT.encode(), size, SHAPE.hidden)
    writer.add_tensor("token_embd.weight", circle.embeddings())
    writer.add_tensor("output_norm.weight", np.ones(SHAPE.hidden, np.float32))
    writer.add_tensor("output.weight", circle.outputs())
    noise = Noise(0)
    for name, sizes in SHAPE.tensors():
        writer.add_tensor(name, _values(name, sizes, noise))
    return finish(writer, path)


def _values(name: str, sizes: tuple[int, ...], noise: Noise) -> np.ndarray:
    if len(sizes) == 1:
        return np.ones(sizes, np.float32)
    return np.zeros(sizes, np.float16) if name.endswith(SILENT) else noise(*sizes)
