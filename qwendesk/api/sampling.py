"""How the next token is picked, and when a reply ends."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.options import option
from qwendesk.api.words import N_


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampler settings in llama.cpp's meaning and order: penalties, top-k, top-p, min-p, temperature.

    The defaults are those that the Qwen3 model cards recommend without thinking
    (temperature 0.7, top-p 0.8, top-k 20, min-p 0).
    """

    temperature: float = option(
        0.7, N_("Temperature"), N_("0 always takes the most likely token."), minimum=0, maximum=2, step=0.05
    )
    top_p: float = option(
        0.8,
        N_("Top-p"),
        N_("Keep the likeliest tokens up to this total probability."),
        minimum=0,
        maximum=1,
        step=0.01,
    )
    top_k: int = option(
        20, N_("Top-k"), N_("Keep the k likeliest tokens; 0 keeps all."), minimum=0, maximum=1000
    )
    min_p: float = option(
        0.0,
        N_("Min-p"),
        N_("Drop tokens below this share of the likeliest one."),
        minimum=0,
        maximum=1,
        step=0.01,
    )
    repeat_penalty: float = option(
        1.0,
        N_("Repeat penalty"),
        N_("Above 1, tokens used lately become less likely."),
        minimum=0.5,
        maximum=2,
        step=0.01,
        advanced=True,
    )
    presence_penalty: float = option(
        0.0,
        N_("Presence penalty"),
        N_("Above 0, tokens used at all become less likely."),
        minimum=-2,
        maximum=2,
        step=0.1,
        advanced=True,
    )
    frequency_penalty: float = option(
        0.0,
        N_("Frequency penalty"),
        N_("Above 0, tokens become less likely with each use."),
        minimum=-2,
        maximum=2,
        step=0.1,
        advanced=True,
    )
    seed: int | None = option(
        None,
        N_("Seed"),
        N_("The same seed and settings give the same text."),
        minimum=0,
        maximum=2**32 - 2,
        unset=N_("random"),
    )
    max_tokens: int | None = option(
        None,
        N_("Longest reply"),
        N_("Stop after this many tokens, reasoning included."),
        minimum=1,
        maximum=1_000_000,
        unit=N_("tokens"),
        unset=N_("until the context is full"),
    )
