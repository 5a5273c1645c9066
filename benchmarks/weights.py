"""Model files of random weights for the memory benchmark: dense, expert and hybrid, in several quantizations.

Small to compute, large in memory: what a prompt costs is kept low by few layers, what has to be held is not.
Built once, in build/bench/models.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import gguf
import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1] / "tests")]

import shapes
from fakes.qwen3_shape import Shape
from fakes.tiny_gguf import byte_characters

Family = Literal["dense", "experts", "hybrid"]
FAMILIES: tuple[Family, ...] = ("dense", "experts", "hybrid")
QUANTIZATIONS = {"F16": 1, "Q8_0": 7, "Q4_K_M": 15, "Q4_0": 2}
CONTEXT, VOCABULARY, HIDDEN, INNER = 40_960, 151_936, 1024, 3072
EXPERTS, USED, EXPERT = 32, 4, 512
INTERVAL, CONV, KEY_HEADS, VALUE_HEADS, STATE = 4, 4, 16, 32, 128
SHAPES: dict[Family, Shape] = {
    "dense": Shape(hidden=HIDDEN, inner=INNER, layers=8, heads=16, kv_heads=16, head=128),
    "experts": Shape(hidden=HIDDEN, inner=INNER, layers=8, heads=16, kv_heads=4, head=128),
    "hybrid": Shape(hidden=HIDDEN, inner=INNER, layers=12, heads=8, kv_heads=2, head=256),
}
ARCHITECTURES: dict[Family, str] = {"dense": "qwen3", "experts": "qwen3moe", "hybrid": "qwen35"}
QUANTIZE = """
import ctypes, os, sys, llama_cpp as llama
quiet = llama.llama_log_callback(lambda *_: None)
llama.llama_log_set(quiet, None)
settings = llama.llama_model_quantize_default_params()
settings.ftype, settings.nthread = int(sys.argv[3]), os.cpu_count()
paths = [os.fsencode(one) for one in sys.argv[1:3]]
sys.exit(llama.llama_model_quantize(*paths, ctypes.byref(settings)))
"""


def model(family: Family, quantization: str) -> Path:
    """The file, built now where it is missing: a minute for each family, and 1 GB of disk for each file."""
    path = _path(family, quantization)
    if path.is_file():
        return path
    shapes.FOLDER.mkdir(parents=True, exist_ok=True)
    print(f"Building {path.name} …", file=sys.stderr, flush=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        if quantization == "F16":
            _write(part, family)
        else:
            command = [sys.executable, "-c", QUANTIZE, model(family, "F16"), part]
            subprocess.run([*command, str(QUANTIZATIONS[quantization])], check=True)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _path(family: Family, quantization: str) -> Path:
    return shapes.FOLDER / f"memory-{family}-{quantization.lower()}.gguf"


def _write(path: Path, family: Family) -> None:
    writer = gguf.GGUFWriter(str(path), ARCHITECTURES[family])
    SHAPES[family].describe(writer, CONTEXT)
    _describe(writer, family)
    vocabulary().describe(writer)
    sizes = dict(_tensors(family))
    for name, shape in sizes.items():
        kind = np.dtype(np.float16 if _is_matrix(name, shape) else np.float32)
        writer.add_tensor_info(name, shape, kind, int(np.prod(shape)) * kind.itemsize)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    noise = (np.random.default_rng(0).standard_normal(1 << 20, np.float32) * np.float32(0.02)).astype(
        np.float16
    )
    for name, shape in sizes.items():
        if _is_matrix(name, shape):
            writer.write_tensor_data(np.resize(noise, shape))
        else:
            writer.write_tensor_data(np.full(shape, -0.01 if name.endswith("ssm_a") else 1.0, np.float32))
    writer.close()


def _is_matrix(name: str, shape: tuple[int, ...]) -> bool:
    return len(shape) > 1 and "conv1d" not in name


def _describe(writer: gguf.GGUFWriter, family: Family) -> None:
    if family == "experts":
        writer.add_expert_count(EXPERTS)
        writer.add_expert_used_count(USED)
        writer.add_expert_feed_forward_length(EXPERT)
    if family == "hybrid":
        writer.add_rope_dimension_count(64)
        writer.add_rope_dimension_sections((11, 11, 10, 0))
        writer.add_full_attention_interval(INTERVAL)
        writer.add_ssm_conv_kernel(CONV)
        writer.add_ssm_inner_size(VALUE_HEADS * STATE)
        writer.add_ssm_state_size(STATE)
        writer.add_ssm_time_step_rank(VALUE_HEADS)
        writer.add_ssm_group_count(KEY_HEADS)


def _tensors(family: Family) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "token_embd.weight", (VOCABULARY, HIDDEN)
    yield "output_norm.weight", (HIDDEN,)
    if family != "experts":  # that one ties its output to the embeddings
        yield "output.weight", (VOCABULARY, HIDDEN)
    for name, shape in SHAPES[family].tensors():
        layer, part = name.split(".")[1:3]
        linear = family == "hybrid" and (int(layer) + 1) % INTERVAL
        if family == "experts" and part in ("ffn_gate", "ffn_up", "ffn_down"):
            inner = (EXPERT, HIDDEN) if part != "ffn_down" else (HIDDEN, EXPERT)
            yield f"blk.{layer}.{part}_exps.weight", (EXPERTS, *inner)
        elif family == "hybrid" and part == "ffn_norm":
            yield f"blk.{layer}.post_attention_norm.weight", shape
        elif linear and part == "attn_q":
            for own, size in _linear_attention().items():
                yield f"blk.{layer}.{own}", size
        elif linear and part.startswith("attn") and part != "attn_norm":
            continue
        elif family == "hybrid" and part == "attn_q":  # with its gates
            yield name, (shape[0] * 2, shape[1])
        else:
            yield name, shape
        if family == "experts" and part == "ffn_norm":
            yield f"blk.{layer}.ffn_gate_inp.weight", (EXPERTS, HIDDEN)


def _linear_attention() -> dict[str, tuple[int, ...]]:
    keys, values = KEY_HEADS * STATE, VALUE_HEADS * STATE
    return {
        "attn_qkv.weight": (keys * 2 + values, HIDDEN),
        "attn_gate.weight": (values, HIDDEN),
        "ssm_conv1d.weight": (keys * 2 + values, CONV),
        "ssm_dt.bias": (VALUE_HEADS,),
        "ssm_a": (VALUE_HEADS,),
        "ssm_beta.weight": (VALUE_HEADS, HIDDEN),
        "ssm_alpha.weight": (VALUE_HEADS, HIDDEN),
        "ssm_norm.weight": (STATE,),
        "ssm_out.weight": (HIDDEN, values),
    }


def vocabulary() -> shapes.Vocabulary:
    """Of Qwen's size, each token made of two before it: as many merges as a real vocabulary has."""
    tokens, seen, merges = byte_characters(), set(byte_characters()), []
    count, random = VOCABULARY - 3, np.random.default_rng(0)
    while len(tokens) < count:
        short = [one for one in tokens if len(one) < 6]
        for left, right in random.integers(0, len(short), (4 * count, 2)):
            token = short[left] + short[right]
            if token not in seen and len(tokens) < count:
                seen.add(token)
                tokens.append(token)
                merges.append(f"{short[left]} {short[right]}")
    tokens += ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    return shapes.Vocabulary(tokens, [1] * count + [3] * 3, merges, [], VOCABULARY - 1)


if __name__ == "__main__":
    for family in FAMILIES:
        for quantization in QUANTIZATIONS:
            print(model(family, quantization))
