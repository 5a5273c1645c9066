"""A folder in the Hugging Face layout with the model of `tiny_gguf`: same vocabulary, same architecture, noise.

Written without torch, so that tests of the library can use it, too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from fakes.qwen3_shape import Shape
from fakes.tiny_gguf import CONTROLS, ENDOFTEXT, IM_END, MERGED, SPECIALS, TEMPLATE, Noise, byte_characters

SHAPE = Shape(hidden=64, inner=128, layers=2, heads=2, kv_heads=1, head=32)
_NAMES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}


def write_tiny(
    folder: Path,
    *,
    context: int = 2048,
    seed: int = 0,
    shape: Shape = SHAPE,
    template: str | None = TEMPLATE,
    **config: Any,
) -> Path:
    """Write the folder (about 0.3 MB) and return it. `config` goes over the usual configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    size = write_tokenizer(folder, template)
    (folder / "config.json").write_text(json.dumps({**configuration(shape, context, size), **config}))
    save_file(weights(shape, size, seed), folder / "model.safetensors", {"format": "pt"})
    return folder


def configuration(shape: Shape, context: int, vocabulary: int) -> dict[str, Any]:
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "hidden_size": shape.hidden,
        "intermediate_size": shape.inner,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head,
        "max_position_embeddings": context,
        "vocab_size": vocabulary,
        "tie_word_embeddings": True,
        "rms_norm_eps": 1e-6,
        "rope_parameters": {"rope_type": "default", "rope_theta": 1e6},
        "eos_token_id": IM_END,
        "torch_dtype": "float16",
    }


def weights(shape: Shape, vocabulary: int, seed: int) -> dict[str, np.ndarray]:
    noise = Noise(seed)
    found = {
        "model.embed_tokens.weight": noise(vocabulary, shape.hidden),
        "model.norm.weight": np.ones(shape.hidden, np.float16),
    }
    for name, sizes in shape.tensors():
        _blk, layer, part, _weight = name.split(".")
        tensor = noise(*sizes) if len(sizes) > 1 else np.ones(sizes, np.float16)
        found[f"model.layers.{layer}.{_NAMES[part]}.weight"] = tensor
    return found


def write_tokenizer(folder: Path, template: str | None, controls: Sequence[str] = ()) -> int:
    """The tokens of `tiny_gguf` and these control tokens; how many there are."""
    letters = byte_characters()
    merged = ["".join(letters[byte] for byte in piece) for piece in MERGED]
    vocabulary = {token: id for id, token in enumerate([*letters, *merged])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[(one[:-1], one[-1]) for one in merged]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    for at, one in enumerate(SPECIALS):
        added = AddedToken(one, special=at < CONTROLS, normalized=False)
        (tokenizer.add_special_tokens if at < CONTROLS else tokenizer.add_tokens)([added])
    tokenizer.add_special_tokens([AddedToken(one, special=True, normalized=False) for one in controls])
    tokenizer.save(str(folder / "tokenizer.json"))
    told: dict[str, Any] = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": SPECIALS[IM_END - ENDOFTEXT],
        "pad_token": SPECIALS[0],
    }
    if template is not None:
        told["chat_template"] = template
    (folder / "tokenizer_config.json").write_text(json.dumps(told))
    return int(tokenizer.get_vocab_size())
