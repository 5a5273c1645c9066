"""What each figure of a reply means and how it is measured, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from qwendesk.api.words import N_
from qwendesk.words import _

_MEANINGS: Mapping[str, str] = {
    "ttft_s": N_(
        "From the request leaving to the first token. Reasoning counts, loading the model does not."
    ),
    "queue_s": N_("From the request leaving until the engine began to read its prompt."),
    "prompt_tps": N_("Prompt tokens that did not come from the cache, over the time of reading them."),
    "decode_tps": N_("(tokens − 1) / (last token − first token), as the worker stamps them."),
    "gap_p50_s": N_("Half of the times between one token and the next were not longer than this."),
    "gap_p95_s": N_("95 of 100 times between one token and the next were not longer than this."),
    "gap_p99_s": N_("99 of 100 times between one token and the next were not longer than this."),
    "total_s": N_("From the request leaving to the end of the reply."),
    "prompt_tokens": N_("Tokens of the whole prompt, those from the cache included."),
    "reused_tokens": N_("Tokens of the prompt that came from the cache."),
    "completion_tokens": N_("Tokens that were generated, reasoning included."),
    "reused": N_("The share of the prompt's tokens that came from the cache."),
    "occupancy": N_(
        "Replies that ran when this one ended, over those that the engine computes at"
        " once; above 100 % some waited."
    ),
    "kv_use": N_("Tokens in the sequence at the end, over the context of the model as it was loaded."),
    "acceptance": N_("The share of the tokens guessed ahead by speculation that were right."),
}


def meaning(metric: str) -> str:
    """Empty for one that is not known."""
    return _(_MEANINGS[metric]) if metric in _MEANINGS else ""
