"""Models of the size of Qwen3-0.6B with made-up weights, for benchmarks: built once, in build/bench/models.

`random` says noise. `repeating` says 128 words over and over (see fakes.repeating_gguf), so that every
drafted token can be right. Both are Q4_K_M and cost per token what the real model costs: its matrices,
and its vocabulary of 151,936 tokens, from $QWENDESK_FIXTURES/qwen where that is set.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import gguf
import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1] / "tests")]

from fakes.qwen3_shape import Shape
from fakes.repeating_gguf import SILENT, TEXT, Circle
from fakes.tiny_gguf import TEMPLATE, byte_characters

Kind = Literal["random", "repeating"]
FOLDER = Path(__file__).parents[1] / "build" / "bench" / "models"
SHAPE = Shape(hidden=1024, inner=3072, layers=28, heads=16, kv_heads=8, head=128)
CONTEXT = 40_960
VOCABULARY = 151_936
WORDS = 128
CONTROL, UNUSED = 3, 5
QUANTIZE = """
import ctypes, os, sys, llama_cpp as llama
quiet = llama.llama_log_callback(lambda *_: None)
llama.llama_log_set(quiet, None)
settings = llama.llama_model_quantize_default_params()
settings.ftype, settings.nthread = llama.LLAMA_FTYPE_MOSTLY_Q4_K_M, os.cpu_count()
paths = [os.fsencode(one) for one in sys.argv[1:]]
sys.exit(llama.llama_model_quantize(*paths, ctypes.byref(settings)))
"""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens with their types and merges; `words` are the ordinary tokens that the circle is made of."""

    tokens: list[str]
    types: list[int]
    merges: list[str]
    words: list[int]
    end: int

    def describe(self, writer: gguf.GGUFWriter) -> None:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("qwen2")
        writer.add_token_list(self.tokens)
        writer.add_token_types(self.types)
        writer.add_token_merges(self.merges)
        writer.add_eos_token_id(self.end)
        writer.add_add_bos_token(False)
        writer.add_chat_template(TEMPLATE)


def model(kind: Kind) -> Path:
    """The file, built now where it is missing: half a minute and 1.6 GB of disk for a while."""
    path = FOLDER / f"qwen3-0.6b-{kind}-q4_k_m.gguf"
    if not path.is_file():
        FOLDER.mkdir(parents=True, exist_ok=True)
        raw, part = (path.with_suffix(f".{os.getpid()}.{end}") for end in ("f16", "part"))
        try:
            _tell(f"Building {path.name}: writing the weights")
            _write(raw, kind)
            _tell("Quantizing them")
            subprocess.run([sys.executable, "-c", QUANTIZE, raw, part], check=True)
            part.replace(path)
        finally:
            raw.unlink(missing_ok=True)
            part.unlink(missing_ok=True)
    return path


def _tell(text: str) -> None:
    print(f"{text} …", file=sys.stderr, flush=True)


def _write(path: Path, kind: Kind) -> None:
    """One tensor at a time, so that the memory holds no more than the vocabulary's two largest."""
    words = _vocabulary()
    writer = gguf.GGUFWriter(str(path), "qwen3")
    SHAPE.describe(writer, CONTEXT)
    words.describe(writer)
    heads = {"token_embd.weight": (VOCABULARY, SHAPE.hidden), "output_norm.weight": (SHAPE.hidden,)}
    if kind == "repeating":  # the other ties its output to the embeddings, as the real model does
        heads["output.weight"] = (VOCABULARY, SHAPE.hidden)
    sizes = {**heads, **dict(SHAPE.tensors())}
    for name, shape in sizes.items():
        of = np.dtype(np.float16 if len(shape) > 1 else np.float32)
        writer.add_tensor_info(name, shape, of, int(np.prod(shape)) * of.itemsize)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for values in _values(kind, sizes, words):
        writer.write_tensor_data(values)
    writer.close()


def _values(kind: Kind, sizes: dict[str, tuple[int, ...]], words: Vocabulary) -> Iterator[np.ndarray]:
    random = np.random.default_rng(0)
    circle = Circle(words.words, VOCABULARY, SHAPE.hidden)
    for name, shape in sizes.items():
        if len(shape) == 1:
            yield np.ones(shape, np.float32)
        elif kind == "repeating" and name == "token_embd.weight":
            yield circle.embeddings()
        elif kind == "repeating" and name == "output.weight":
            yield circle.outputs()
        elif kind == "repeating" and name.endswith(SILENT):
            yield np.zeros(shape, np.float16)
        else:
            # 0.02 is how Qwen starts its training: activations stay near one through all layers.
            values = (random.standard_normal(shape, np.float32) * np.float32(0.02)).astype(np.float16)
            if name == "token_embd.weight":
                values[[i for i, one in enumerate(words.types) if one == CONTROL]] = 0  # never the likeliest
            yield values


def _vocabulary() -> Vocabulary:
    place = os.environ.get("QWENDESK_FIXTURES")
    path = Path(place or "/nowhere") / "qwen" / "ggml-vocab-qwen2.gguf"
    return _real(path) if path.is_file() else _synthetic()


def _real(path: Path) -> Vocabulary:
    fields = gguf.GGUFReader(path).fields
    tokens, types, merges = (
        fields[f"tokenizer.ggml.{name}"].contents() for name in ("tokens", "token_type", "merges")
    )
    plain = re.compile("Ġ[a-z]{4,8}")  # a space before each word keeps it one token, wherever it stands
    words = [i for i, token in enumerate(tokens) if plain.fullmatch(token)][:WORDS]
    return Vocabulary(tokens, types, merges, words, tokens.index("<|im_end|>"))


def _synthetic() -> Vocabulary:
    """One token for each byte, the chat's control tokens, and the rest unused."""
    tokens = [*byte_characters(), "<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    types = [1] * 256 + [CONTROL] * 3
    spare = VOCABULARY - len(tokens)
    tokens += [f"[PAD{i}]" for i in range(spare)]
    return Vocabulary(tokens, types + [UNUSED] * spare, ["t h"], list(TEXT.encode()), 258)


if __name__ == "__main__":
    for one in ("random", "repeating"):
        print(model(one))
