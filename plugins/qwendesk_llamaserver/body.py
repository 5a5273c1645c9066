"""What is sent to the server for one generation: llama.cpp's names for our settings."""

from __future__ import annotations

from typing import Any

from qwendesk.api.engine import EngineRequest
from qwendesk.api.sampling import Sampling

# The server withholds tokens while they end inside a character and would drop them at its own
# limit. It is asked for a few more; the caller counts and stops it at the limit that was asked for.
_SPARE = 16


def completion_body(request: EngineRequest) -> dict[str, Any]:
    """The body of a streamed `/v1/completions` whose chunks carry token ids, raw bytes and counts."""
    body: dict[str, Any] = {
        "prompt": list(request.tokens),
        "n_predict": -1 if request.max_tokens is None else request.max_tokens + _SPARE,
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,
        # The count of generated tokens in each chunk shows whether tokens were withheld before it.
        "timings_per_token": True,
        "cache_prompt": True,
        **_probabilities(request.top_logprobs),
        **_sampling(request.sampling),
    }
    if request.json_schema is not None:
        body["json_schema"] = request.json_schema
    return body


def _probabilities(top: int) -> dict[str, Any]:
    """Token ids come only with probabilities. Those after sampling are the cheap ones: no softmax
    over the whole vocabulary, which costs about a millisecond for each token."""
    if top > 0:
        return {"n_probs": top, "post_sampling_probs": False}
    return {"n_probs": 1, "post_sampling_probs": True}


def _sampling(sampling: Sampling) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "samplers": ["penalties", "top_k", "top_p", "min_p", "temperature"],
        "temperature": sampling.temperature,
        "top_k": sampling.top_k,
        "top_p": sampling.top_p,
        "min_p": sampling.min_p,
        "repeat_penalty": sampling.repeat_penalty,
        "presence_penalty": sampling.presence_penalty,
        "frequency_penalty": sampling.frequency_penalty,
    }
    if sampling.seed is not None:
        settings["seed"] = sampling.seed
    return settings
