"""Folders with tiny random models of every architecture that is converted, as transformers itself saves them.

They carry Seedling's tokenizer. Random weights: what they say is noise, but every weight counts in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers

SEEDLING = Path(__file__).parents[2] / "resources" / "seedling" / "hf"
VOCABULARY = 3072
_SHARED: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.15,
    "tie_word_embeddings": False,
    "eos_token_id": 3048,
    "bos_token_id": None,
    "pad_token_id": 3046,
}
_ROPE = {"rope_type": "default", "rope_theta": 1e5}
_SECTIONS = {**_ROPE, "mrope_section": [4, 2, 2]}
_EXPERTS = {"moe_intermediate_size": 24, "num_experts": 4, "num_experts_per_tok": 2}
_VISION: dict[str, Any] = {
    "depth": 2,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_heads": 2,
    "out_hidden_size": 64,
    "num_position_embeddings": 64,
    "deepstack_visual_indexes": [0, 1],
}
_LINEAR: dict[str, Any] = {
    "head_dim": 32,
    "num_hidden_layers": 4,
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "linear_key_head_dim": 16,
    "linear_value_head_dim": 16,
    "linear_conv_kernel_dim": 4,
}


def _qwen2(**more: Any) -> Any:
    return transformers.Qwen2ForCausalLM(
        transformers.Qwen2Config(**{**_SHARED, "rope_parameters": _ROPE, **more})
    )


def _qwen2_moe(**more: Any) -> Any:
    shared = {**_EXPERTS, "shared_expert_intermediate_size": 48, "decoder_sparse_step": 1}
    config = transformers.Qwen2MoeConfig(**{**_SHARED, "rope_parameters": _ROPE, **shared, **more})
    return transformers.Qwen2MoeForCausalLM(config)


def _qwen3(**more: Any) -> Any:
    config = transformers.Qwen3Config(**{**_SHARED, "head_dim": 32, "rope_parameters": _ROPE, **more})
    return transformers.Qwen3ForCausalLM(config)


def _qwen3_moe(**more: Any) -> Any:
    shared = {**_SHARED, "head_dim": 32, "rope_parameters": _ROPE, **_EXPERTS, "norm_topk_prob": True}
    return transformers.Qwen3MoeForCausalLM(transformers.Qwen3MoeConfig(**{**shared, **more}))


def _qwen25_vl(**more: Any) -> Any:
    vision = {**_VISION, "fullatt_block_indexes": [1], "window_size": 56, "patch_size": 14}
    del vision["num_position_embeddings"], vision["deepstack_visual_indexes"]
    text = {**_SHARED, "rope_parameters": _SECTIONS, **more}
    config = transformers.Qwen2_5_VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=False)
    return transformers.Qwen2_5_VLForConditionalGeneration(config)


def _qwen3_vl(**more: Any) -> Any:
    rope = {**_ROPE, "mrope_section": [6, 5, 5], "mrope_interleaved": True}
    text = {**_SHARED, "head_dim": 32, "rope_parameters": rope, **more}
    config = transformers.Qwen3VLConfig(text_config=text, vision_config=_VISION, tie_word_embeddings=False)
    return transformers.Qwen3VLForConditionalGeneration(config)


def _qwen3_vl_moe(**more: Any) -> Any:
    rope = {**_ROPE, "mrope_section": [6, 5, 5], "mrope_interleaved": True}
    text = {**_SHARED, "head_dim": 32, "rope_parameters": rope, **_EXPERTS, "norm_topk_prob": True, **more}
    config = transformers.Qwen3VLMoeConfig(text_config=text, vision_config=_VISION, tie_word_embeddings=False)
    return transformers.Qwen3VLMoeForConditionalGeneration(config)


def _qwen35(**more: Any) -> Any:
    rope = {**_ROPE, "mrope_section": [2, 1, 1], "mrope_interleaved": True, "partial_rotary_factor": 0.25}
    config = transformers.Qwen3_5TextConfig(**{**_SHARED, **_LINEAR, "rope_parameters": rope, **more})
    return transformers.Qwen3_5ForCausalLM(config)


def _qwen35_moe(**more: Any) -> Any:
    rope = {**_ROPE, "mrope_section": [2, 1, 1], "mrope_interleaved": True, "partial_rotary_factor": 0.25}
    experts = {**_EXPERTS, "shared_expert_intermediate_size": 48}
    config = transformers.Qwen3_5MoeTextConfig(
        **{**_SHARED, **_LINEAR, **experts, "rope_parameters": rope, **more}
    )
    return transformers.Qwen3_5MoeForCausalLM(config)


def _qwen3_next(**more: Any) -> Any:
    rope = {**_ROPE, "partial_rotary_factor": 0.25}
    experts = {**_EXPERTS, "shared_expert_intermediate_size": 48}
    config = transformers.Qwen3NextConfig(
        **{**_SHARED, **_LINEAR, **experts, "rope_parameters": rope, **more}
    )
    return transformers.Qwen3NextForCausalLM(config)


MAKERS: dict[str, Callable[..., Any]] = {
    "qwen2": _qwen2,
    "qwen2moe": _qwen2_moe,
    "qwen3": _qwen3,
    "qwen3moe": _qwen3_moe,
    "qwen2vl": _qwen25_vl,
    "qwen3vl": _qwen3_vl,
    "qwen3vlmoe": _qwen3_vl_moe,
    "qwen35": _qwen35,
    "qwen35moe": _qwen35_moe,
    "qwen3next": _qwen3_next,
}


def make(family: str, **more: Any) -> Any:
    """The model itself, in 32-bit floats; also what usually starts as ones or zeros is random."""
    torch.manual_seed(0)
    model = MAKERS[family](**more).float().eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() == 1 and "visual" not in name:
                weight.add_(torch.randn_like(weight) * 0.2)
    return model


def write(folder: Path, family: str, **more: Any) -> Any:
    """Write the model into a folder, with Seedling's tokenizer; the model."""
    model = make(family, **more)
    model.save_pretrained(folder)
    add_tokenizer(folder)
    return model


def add_tokenizer(folder: Path) -> None:
    """Seedling's, with its chat template."""
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(SEEDLING / name, folder / name)


def logits(model: Any, tokens: list[int]) -> Any:
    """What the model gives for each of the tokens, shape (tokens, vocabulary)."""
    with torch.inference_mode():
        return model(input_ids=torch.tensor([tokens])).logits[0].float().numpy()
