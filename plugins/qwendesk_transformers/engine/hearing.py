"""Recordings as Qwen2-Audio hears them: mel spectrograms, made by the model's own feature extractor."""

from __future__ import annotations

import functools
from collections import OrderedDict
from typing import Any

import numpy as np
import torch
from transformers import WhisperFeatureExtractor
from transformers.modeling_outputs import CausalLMOutputWithPast

from qwendesk.api.problem import Problem
from qwendesk_transformers.engine.audiofile import Samples, decoded
from qwendesk_transformers.engine.media import Inputs, Medium, number

_REMEMBERED = 16
_SHORTEST_S = 0.1
"""The model takes a recording of a single cell for an older form of prompt."""


class Ear:
    """`listen` may be called from several threads."""

    def __init__(self, path: str, model: Any) -> None:
        """Raises what Transformers does where the folder's feature extractor cannot be had."""
        self._extractor = WhisperFeatureExtractor.from_pretrained(path, local_files_only=True)
        self.token = int(model.config.audio_token_id)
        self.seconds = float(self._extractor.chunk_length)
        self._lengths = model.model.audio_tower._get_feat_extract_output_lengths
        self._heard: OrderedDict[int, Medium] = OrderedDict()
        _spare_logits(model)

    def listen(self, data: bytes) -> Medium:
        """An encoded recording. Raises Problem `audio_unreadable`, `audio_too_long` (seconds, heard)."""
        id = number(data)
        found = self._heard.get(id)
        if found is None:
            found = self._heard[id] = self._listened(id, data)
            while len(self._heard) > _REMEMBERED:
                self._heard.popitem(last=False)
        return found

    def _listened(self, id: int, data: bytes) -> Medium:
        rate = int(self._extractor.sampling_rate)
        samples = decoded(data, rate, self.seconds)
        inputs = self._features(np.pad(samples, (0, max(0, int(_SHORTEST_S * rate) - len(samples)))))
        _convolved, pooled = self._lengths(inputs["feature_attention_mask"].sum(-1))
        cells = int(pooled[0])
        return Medium(id, self.token, cells, cells, lambda: inputs)

    def _features(self, samples: Samples) -> Inputs:
        found = self._extractor(
            samples,
            sampling_rate=self._extractor.sampling_rate,
            padding="max_length",
            return_attention_mask=True,
            return_tensors="pt",
        )
        if not bool(torch.isfinite(found["input_features"]).all()):
            raise Problem("audio_unreadable", detail="it holds values that are no numbers")
        return {
            "input_features": found["input_features"],
            "feature_attention_mask": found["attention_mask"],
        }


def _spare_logits(model: Any) -> None:
    """Teach the model `logits_to_keep`: it makes logits of every token, half a gigabyte for 30 seconds."""
    whole = model.forward

    @functools.wraps(whole)
    def forward(*args: Any, logits_to_keep: int = 0, **inputs: Any) -> Any:
        if not logits_to_keep:
            return whole(*args, **inputs)
        inner = model.model(*args, **inputs)
        logits = model.lm_head(inner.last_hidden_state[:, -logits_to_keep:])
        return CausalLMOutputWithPast(logits=logits, past_key_values=inner.past_key_values)

    model.forward = forward
