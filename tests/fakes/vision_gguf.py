"""Tiny models that look at images: a Qwen2.5-VL and a Qwen3-VL, each as a language file and a projector.

Random weights: what they see is noise, but other pixels give other logits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import gguf
import numpy as np

from fakes.qwen3_shape import Shape
from fakes.tiny_gguf import Noise, add_vocabulary, finish

Family = Literal["qwen2.5-vl", "qwen3-vl"]
VISION_TOKENS = ("<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>")
IMAGE = "<|vision_start|><|image_pad|><|vision_end|>"
VISION_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.content is string %}{{ m.content }}{% else %}{% for part in m.content %}"
    "{% if part.type == 'image' %}" + IMAGE + "{% else %}{{ part.text }}{% endif %}{% endfor %}{% endif %}"
    "<|im_end|>\n{% endfor %}{{ '<|im_start|>assistant\n' }}"
)
LANGUAGE = Shape(hidden=64, inner=128, layers=2, heads=2, kv_heads=1, head=32)
SECTIONS = (4, 6, 6, 0)  # rotated pairs for time, height and width: together half a head
EYE, EYE_INNER, EYE_HEADS, EYE_LAYERS = 32, 64, 2, 2
PATCH, MERGE, GRID = 14, 2, 4  # one image token is MERGE × MERGE patches of PATCH × PATCH pixels
MERGED = EYE * MERGE * MERGE
Tensors = Iterator[tuple[str, np.ndarray]]


@dataclass(frozen=True, slots=True)
class VisionFiles:
    """The language model and its projector (mmproj)."""

    model: Path
    projector: Path


def write_vision(folder: Path, family: Family, *, context: int = 4096) -> VisionFiles:
    """Write both files (about 0.4 MB together)."""
    model = _write_language(folder / f"{family}.gguf", family, context)
    return VisionFiles(model, _write_projector(folder / f"mmproj-{family}.gguf", family))


def _write_language(path: Path, family: Family, context: int) -> Path:
    third = family == "qwen3-vl"
    writer = gguf.GGUFWriter(str(path), "qwen3vl" if third else "qwen2vl")
    LANGUAGE.describe(writer, context)
    writer.add_rope_dimension_sections(SECTIONS)
    if third:
        writer.add_num_deepstack_layers(1)
    size = add_vocabulary(writer, VISION_TOKENS)
    writer.add_chat_template(VISION_TEMPLATE)
    noise = Noise(0)
    writer.add_tensor("token_embd.weight", noise(size, LANGUAGE.hidden))
    writer.add_tensor("output_norm.weight", _ones(LANGUAGE.hidden))
    for name, sizes in LANGUAGE.tensors():
        if third or not name.endswith(("q_norm.weight", "k_norm.weight")):
            writer.add_tensor(name, noise(*sizes) if len(sizes) > 1 else _ones(*sizes))
        if not third and name.endswith(("attn_q.weight", "attn_k.weight", "attn_v.weight")):
            writer.add_tensor(name.replace("weight", "bias"), _zeros(sizes[0]))
    return finish(writer, path)


def _write_projector(path: Path, family: Family) -> Path:
    third = family == "qwen3-vl"
    writer = gguf.GGUFWriter(str(path), "clip")
    writer.add_type("mmproj")
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("qwen3vl_merger" if third else "qwen2.5vl_merger")
    writer.add_vision_projection_dim(LANGUAGE.hidden)
    writer.add_vision_image_size(PATCH * MERGE * GRID)
    writer.add_vision_patch_size(PATCH)
    writer.add_vision_spatial_merge_size(MERGE)
    writer.add_vision_embedding_length(EYE)
    writer.add_vision_feed_forward_length(EYE_INNER)
    writer.add_vision_block_count(EYE_LAYERS)
    writer.add_vision_head_count(EYE_HEADS)
    writer.add_vision_attention_layernorm_eps(1e-6)
    writer.add_vision_image_mean([0.5] * 3)
    writer.add_vision_image_std([0.5] * 3)
    if third:
        writer.add_vision_use_gelu(True)
        writer.add_vision_is_deepstack_layers([True] + [False] * (EYE_LAYERS - 1))
    else:
        writer.add_vision_use_silu(True)
        writer.add_vision_n_wa_pattern(EYE_LAYERS)  # the last layer sees all, the others a window
    writer.add_file_type(1)
    noise = Noise(1)
    for name, values in (*_shared(noise), *(_third(noise) if third else _second(noise))):
        writer.add_tensor(name, values)
    return finish(writer, path)


def _shared(noise: Noise) -> Tensors:
    for name in ("v.patch_embd.weight", "v.patch_embd.weight.1"):  # one for each of two frames
        yield name, noise(EYE, 3, PATCH, PATCH)
    yield "v.post_ln.weight", _ones(EYE)
    yield from _linear("mm.0", MERGED, MERGED, noise)
    yield from _linear("mm.2", LANGUAGE.hidden, MERGED, noise)
    for layer in range(EYE_LAYERS):
        at = f"v.blk.{layer}"
        yield f"{at}.ln1.weight", _ones(EYE)
        yield f"{at}.ln2.weight", _ones(EYE)
        yield from _linear(f"{at}.attn_out", EYE, EYE, noise)
        yield from _linear(f"{at}.ffn_up", EYE_INNER, EYE, noise)
        yield from _linear(f"{at}.ffn_down", EYE, EYE_INNER, noise)


def _second(noise: Noise) -> Tensors:
    for layer in range(EYE_LAYERS):
        for name in ("q", "k", "v"):
            yield from _linear(f"v.blk.{layer}.attn_{name}", EYE, EYE, noise)
        yield from _linear(f"v.blk.{layer}.ffn_gate", EYE_INNER, EYE, noise)


def _third(noise: Noise) -> Tensors:
    yield "v.patch_embd.bias", _zeros(EYE)
    yield "v.position_embd.weight", noise(GRID * GRID, EYE).astype(np.float32)
    yield "v.post_ln.bias", _zeros(EYE)
    for layer in range(EYE_LAYERS):
        yield f"v.blk.{layer}.ln1.bias", _zeros(EYE)
        yield f"v.blk.{layer}.ln2.bias", _zeros(EYE)
        yield from _linear(f"v.blk.{layer}.attn_qkv", 3 * EYE, EYE, noise)
    yield "v.deepstack.0.norm.weight", _ones(MERGED)
    yield "v.deepstack.0.norm.bias", _zeros(MERGED)
    yield from _linear("v.deepstack.0.fc1", MERGED, MERGED, noise)
    yield from _linear("v.deepstack.0.fc2", LANGUAGE.hidden, MERGED, noise)


def _linear(name: str, rows: int, columns: int, noise: Noise) -> Tensors:
    yield f"{name}.weight", noise(rows, columns)
    yield f"{name}.bias", _zeros(rows)


def _ones(*sizes: int) -> np.ndarray:
    return np.ones(sizes, np.float32)


def _zeros(size: int) -> np.ndarray:
    return np.zeros(size, np.float32)
