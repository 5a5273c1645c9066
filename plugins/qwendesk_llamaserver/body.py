"""What is sent to the server for one generation: llama.cpp's names for our settings."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from qwendesk.api.engine import EngineRequest
from qwendesk.api.sampling import Sampling, sampler_order

# The server withholds tokens while they end inside a character and would drop them at its own
# limit. It is asked for a few more; the caller counts and stops it at the limit that was asked for.
_SPARE = 16


def completion_body(request: EngineRequest, context: int) -> dict[str, Any]:
    """The body of a streamed `/v1/completions` whose chunks carry token ids, raw bytes and counts.

    Raises Problem `option_sampler`.
    """
    body: dict[str, Any] = {
        "prompt": list(request.tokens),
        "n_predict": -1 if request.max_tokens is None else request.max_tokens + _SPARE,
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,
        # The count of generated tokens in each chunk shows whether tokens were withheld before it.
        "timings_per_token": True,
        "cache_prompt": not request.fresh,
        **_probabilities(request.top_logprobs),
        **_sampling(request.sampling, context),
    }
    if request.logit_bias:
        body["logit_bias"] = [[token, _bias(bias)] for token, bias in request.logit_bias.items()]
    if request.json_schema is not None:
        body["json_schema"] = request.json_schema
    return body


def _probabilities(top: int) -> dict[str, Any]:
    """Token ids come only with probabilities. Those after sampling are the cheap ones: no softmax
    over the whole vocabulary, which costs about a millisecond for each token."""
    if top > 0:
        return {"n_probs": top, "post_sampling_probs": False}
    return {"n_probs": 1, "post_sampling_probs": True}


def _bias(bias: float) -> float | bool:
    """JSON has no infinity: the server takes false for a token that is forbidden."""
    return False if bias == -math.inf else bias


def _sampling(sampling: Sampling, context: int) -> dict[str, Any]:
    """Every sampler's settings; most are named and meant alike here and there."""
    settings = asdict(sampling)
    del settings["max_tokens"]
    if sampling.seed is None:
        del settings["seed"]
    # Newer servers refuse -1, which older ones took for the whole context.
    windows = {
        name: context if settings[name] == -1 else settings[name]
        for name in ("repeat_last_n", "dry_penalty_last_n")
    }
    return settings | windows | {"samplers": list(sampler_order(sampling))}
