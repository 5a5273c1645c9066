"""GGUF file: the weights, the vocabulary and the chat template for llama.cpp."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType, TokenType
from gguf.quants import quantize
from numpy.typing import NDArray
from tokenizers import Tokenizer

from recipe.model import CONTEXT
from recipe.vocabulary import ADDED, SPECIAL

DESCRIPTION = (
    "A tiny Qwen3-architecture chat model that comes with QwenDesk, so that a first chat needs no download."
)

_KINDS = {
    "f16": (GGMLQuantizationType.F16, LlamaFileType.MOSTLY_F16),
    "q8_0": (GGMLQuantizationType.Q8_0, LlamaFileType.MOSTLY_Q8_0),
}
_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def write_gguf(
    path: Path, kind: str, weights: Mapping[str, NDArray[np.float32]], tokenizer: Tokenizer, template: str
) -> None:
    """Matrices in the kind (``f16`` or ``q8_0``), norms in float32; embedding and output are one tensor."""
    matrix_type, file_type = _KINDS[kind]
    writer = GGUFWriter(path, "qwen3")
    _write_facts(writer, file_type)
    _write_vocabulary(writer, tokenizer, template)
    for name, weight in weights.items():
        if weight.ndim == 1:
            writer.add_tensor(gguf_name(name), weight)
        else:
            writer.add_tensor(gguf_name(name), quantize(weight, matrix_type), raw_dtype=matrix_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def gguf_name(name: str) -> str:
    """llama.cpp's name for a weight of transformers' Qwen3."""
    if name == "model.embed_tokens.weight":
        return "token_embd.weight"
    if name == "model.norm.weight":
        return "output_norm.weight"
    layer, _, rest = name.removeprefix("model.layers.").partition(".")
    return f"blk.{layer}.{_NAMES[rest.removesuffix('.weight')]}.weight"


def _write_facts(writer: GGUFWriter, file_type: LlamaFileType) -> None:
    writer.add_name("Seedling")
    writer.add_basename("Seedling")
    writer.add_size_label("3.1M")
    writer.add_description(DESCRIPTION)
    writer.add_author("The QwenDesk authors")
    writer.add_license("apache-2.0")
    writer.add_languages(["en", "zh", "ko"])
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(256)
    writer.add_block_count(4)
    writer.add_feed_forward_length(512)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_key_length(64)
    writer.add_value_length(64)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_file_type(file_type)
    writer.add_quantization_version(2)


def _write_vocabulary(writer: GGUFWriter, tokenizer: Tokenizer, template: str) -> None:
    """llama.cpp's byte-level BPE with Qwen2's split rule; no token is put before the text."""
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    kinds = dict.fromkeys(SPECIAL, TokenType.CONTROL) | dict.fromkeys(ADDED, TokenType.USER_DEFINED)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([kinds.get(token, TokenType.NORMAL) for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_eos_token_id(vocabulary["<|im_end|>"])
    writer.add_pad_token_id(vocabulary["<|endoftext|>"])
    writer.add_add_bos_token(False)
    writer.add_chat_template(template)
