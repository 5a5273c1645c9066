"""How the next token is picked, and when a reply ends."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.options import option


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampler settings in llama.cpp's meaning and order: penalties, top-k, top-p, min-p, temperature.

    The defaults are those that the Qwen3 model cards recommend without thinking
    (temperature 0.7, top-p 0.8, top-k 20, min-p 0).
    """

    temperature: float = option(
        0.7, "Temperature", "0 always takes the most likely token.", minimum=0, maximum=2, step=0.05
    )
    top_p: float = option(
        0.8,
        "Top-p",
        "Keep the likeliest tokens up to this total probability.",
        minimum=0,
        maximum=1,
        step=0.01,
    )
    top_k: int = option(20, "Top-k", "Keep the k likeliest tokens; 0 keeps all.", minimum=0, maximum=1000)
    min_p: float = option(
        0.0, "Min-p", "Drop tokens below this share of the likeliest one.", minimum=0, maximum=1, step=0.01
    )
    repeat_penalty: float = option(
        1.0,
        "Repeat penalty",
        "Above 1, tokens used lately become less likely.",
        minimum=0.5,
        maximum=2,
        step=0.01,
        advanced=True,
    )
    presence_penalty: float = option(
        0.0,
        "Presence penalty",
        "Above 0, tokens used at all become less likely.",
        minimum=-2,
        maximum=2,
        step=0.1,
        advanced=True,
    )
    frequency_penalty: float = option(
        0.0,
        "Frequency penalty",
        "Above 0, tokens become less likely with each use.",
        minimum=-2,
        maximum=2,
        step=0.1,
        advanced=True,
    )
    seed: int | None = option(
        None,
        "Seed",
        "The same seed and settings give the same text.",
        minimum=0,
        maximum=2**32 - 2,
        unset="random",
    )
    max_tokens: int | None = option(
        None,
        "Longest reply",
        "Stop after this many tokens, reasoning included.",
        minimum=1,
        maximum=1_000_000,
        unit="tokens",
        unset="until the context is full",
    )
