"""Folders with tiny models that look at images, with the vocabulary of `tiny_safetensors`.

Random weights: what they see is noise, but other pixels give other logits.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import torch
import transformers

from fakes.tiny_gguf import ENDOFTEXT, IM_END
from fakes.tiny_safetensors import write_tokenizer
from fakes.vision_gguf import VISION_TEMPLATE, VISION_TOKENS

Family = Literal["qwen2.5-vl", "qwen3-vl", "qwen3.5"]
_FIRST = ENDOFTEXT + 7  # behind the specials of the vocabulary
START, END, _PAD, IMAGE_PAD, VIDEO_PAD = range(_FIRST, _FIRST + len(VISION_TOKENS))
PATCH = {"qwen2.5-vl": 14, "qwen3-vl": 16, "qwen3.5": 16}
MERGE = 2
_ROPE = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [4, 6, 6], "mrope_interleaved": True}
_VISION: dict[str, Any] = {
    "depth": 2,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_heads": 2,
    "out_hidden_size": 64,
    "patch_size": 16,
    "num_position_embeddings": 64,
    "initializer_range": 0.15,
}
_TEXT: dict[str, Any] = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "initializer_range": 0.15,
    "tie_word_embeddings": True,
    "eos_token_id": IM_END,
    "bos_token_id": None,
    "pad_token_id": ENDOFTEXT,
}


def write_vision_folder(folder: Path, family: Family, *, context: int = 4096, processor: bool = True) -> Path:
    """Write the folder (about 0.6 MB) and return it; without its processor a model cannot see."""
    folder.mkdir(parents=True, exist_ok=True)
    size = write_tokenizer(folder, VISION_TEMPLATE, VISION_TOKENS)
    text = {**_TEXT, "vocab_size": size, "max_position_embeddings": context}
    torch.manual_seed(0)
    made = {"qwen2.5-vl": _second, "qwen3-vl": _third, "qwen3.5": _hybrid}[family]
    made(text).save_pretrained(folder)
    if processor:
        (folder / "preprocessor_config.json").write_text(json.dumps(_processor(family)))
    return folder


def _processor(family: Family) -> dict[str, Any]:
    """The name is that of the class which wants torchvision, as in the folders that people have."""
    patch = PATCH[family]
    return {
        "image_processor_type": "Qwen2VLImageProcessorFast",
        "size": {"shortest_edge": 4 * (patch * MERGE) ** 2, "longest_edge": 256 * (patch * MERGE) ** 2},
        "patch_size": patch,
        "temporal_patch_size": 2,
        "merge_size": MERGE,
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
    }


def _tokens() -> dict[str, int]:
    return {
        "vision_start_token_id": START,
        "vision_end_token_id": END,
        "image_token_id": IMAGE_PAD,
        "video_token_id": VIDEO_PAD,
        "tie_word_embeddings": True,
    }


def _second(text: dict[str, Any]) -> Any:
    rope = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [4, 6, 6]}
    vision = {
        "depth": 2,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 2,
        "out_hidden_size": text["hidden_size"],
        "patch_size": 14,
        "fullatt_block_indexes": [1],
        "window_size": 56,
        "initializer_range": 0.15,
    }
    config = transformers.Qwen2_5_VLConfig(
        text_config={**text, "rope_parameters": rope}, vision_config=vision, **_tokens()
    )
    return transformers.Qwen2_5_VLForConditionalGeneration(config)


def _third(text: dict[str, Any]) -> Any:
    config = transformers.Qwen3VLConfig(
        text_config={**text, "head_dim": 32, "rope_parameters": _ROPE},
        vision_config={**_VISION, "deepstack_visual_indexes": [0]},
        **_tokens(),
    )
    return transformers.Qwen3VLForConditionalGeneration(config)


def _hybrid(text: dict[str, Any]) -> Any:
    linear = {
        "layer_types": ["linear_attention", "full_attention"],
        "linear_num_key_heads": 2,
        "linear_num_value_heads": 2,
        "linear_key_head_dim": 16,
        "linear_value_head_dim": 16,
    }
    rope = {**_ROPE, "partial_rotary_factor": 1.0}
    config = transformers.Qwen3_5Config(
        text_config={**text, **linear, "head_dim": 32, "rope_parameters": rope},
        vision_config={**_VISION, "deepstack_visual_indexes": []},
        **_tokens(),
    )
    return transformers.Qwen3_5ForConditionalGeneration(config)
