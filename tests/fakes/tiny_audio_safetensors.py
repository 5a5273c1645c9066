"""A folder with a tiny model that hears: Qwen2-Audio, with the vocabulary of `tiny_safetensors`, and noise as weights."""

from __future__ import annotations

import json
from pathlib import Path

import torch
import transformers

from fakes.tiny_gguf import ENDOFTEXT, IM_END, TEMPLATE
from fakes.tiny_safetensors import write_tokenizer

AUDIO_TOKENS = ("<|audio_bos|>", "<|AUDIO|>", "<|audio_eos|>")
AUDIO = "".join(AUDIO_TOKENS)
_FIRST = ENDOFTEXT + 7  # behind the specials of the vocabulary
BOS, PAD, EOS = range(_FIRST, _FIRST + len(AUDIO_TOKENS))


def write_audio_folder(folder: Path, *, context: int = 4096, processor: bool = True) -> Path:
    """Write the folder (about 0.7 MB) and return it; without its processor a model cannot hear.

    As in the folders that people have, the template is one for words alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size = write_tokenizer(folder, TEMPLATE, AUDIO_TOKENS)
    text = {
        "model_type": "qwen2",
        "vocab_size": size,
        "max_position_embeddings": context,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "initializer_range": 0.15,
        "eos_token_id": IM_END,
        "bos_token_id": None,
        "pad_token_id": ENDOFTEXT,
    }
    audio = {
        "model_type": "qwen2_audio_encoder",
        "d_model": 32,
        "encoder_layers": 1,
        "encoder_attention_heads": 2,
        "encoder_ffn_dim": 64,
        "num_mel_bins": 128,
        "initializer_range": 0.15,
    }
    torch.manual_seed(0)
    config = transformers.Qwen2AudioConfig(audio_config=audio, text_config=text, audio_token_index=PAD)
    transformers.Qwen2AudioForConditionalGeneration(config).save_pretrained(folder)
    if processor:
        (folder / "preprocessor_config.json").write_text(json.dumps(_PROCESSOR))
    return folder


_PROCESSOR = {
    "feature_extractor_type": "WhisperFeatureExtractor",
    "processor_class": "Qwen2AudioProcessor",
    "feature_size": 128,
    "sampling_rate": 16000,
    "hop_length": 160,
    "chunk_length": 30,
    "n_fft": 400,
    "padding_value": 0.0,
    "return_attention_mask": True,
}
