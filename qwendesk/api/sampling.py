"""How the next token is picked, and when a reply ends."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.options import option
from qwendesk.api.problem import Problem
from qwendesk.api.words import N_

ORDER = "penalties;dry;top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature"
"""llama.cpp's own order (common/common.h, `common_params_sampling`)."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampler settings by llama.cpp's names, in its meaning and its order.

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
    repeat_last_n: int = option(
        64,
        N_("Penalty window"),
        N_("How many of the last tokens the penalties look at; -1 is the whole context, 0 none."),
        minimum=-1,
        maximum=1_048_576,
        unit=N_("tokens"),
        advanced=True,
    )
    dry_multiplier: float = option(
        0.0,
        N_("DRY"),
        N_("Above 0, going on with a sequence that was there before becomes less likely."),
        minimum=0,
        maximum=10,
        step=0.1,
        advanced=True,
    )
    dry_base: float = option(
        1.75,
        N_("DRY base"),
        N_("The penalty grows by this factor with each repeated token."),
        minimum=1,
        maximum=10,
        step=0.05,
        advanced=True,
    )
    dry_allowed_length: int = option(
        2,
        N_("DRY free length"),
        N_("Repeated sequences up to this length are free."),
        minimum=0,
        maximum=1000,
        unit=N_("tokens"),
        advanced=True,
    )
    dry_penalty_last_n: int = option(
        -1,
        N_("DRY window"),
        N_("How many of the last tokens DRY looks at; -1 is the whole context, 0 none."),
        minimum=-1,
        maximum=1_048_576,
        unit=N_("tokens"),
        advanced=True,
    )
    top_n_sigma: float = option(
        0.0,
        N_("Top-n-sigma"),
        N_("Keep tokens whose logit is within n standard deviations of the best; 0 keeps all."),
        minimum=0,
        maximum=10,
        step=0.1,
        advanced=True,
    )
    typical_p: float = option(
        1.0,
        N_("Typical-p"),
        N_("Keep the tokens of the most typical information, up to this total probability; 1 keeps all."),
        minimum=0,
        maximum=1,
        step=0.01,
        advanced=True,
    )
    xtc_probability: float = option(
        0.0,
        N_("XTC probability"),
        N_("How often all likely tokens but the last of them are left out; 0 never."),
        minimum=0,
        maximum=1,
        step=0.01,
        advanced=True,
    )
    xtc_threshold: float = option(
        0.1,
        N_("XTC threshold"),
        N_("From this probability on a token is a likely one."),
        minimum=0,
        maximum=1,
        step=0.01,
        advanced=True,
    )
    dynatemp_range: float = option(
        0.0,
        N_("Dynamic temperature"),
        N_("The temperature moves by up to this much with the entropy of the choice; 0 keeps it fixed."),
        minimum=0,
        maximum=2,
        step=0.05,
        advanced=True,
    )
    dynatemp_exponent: float = option(
        1.0,
        N_("Dynamic exponent"),
        N_("How the entropy is turned into the dynamic temperature."),
        minimum=0,
        maximum=10,
        step=0.1,
        advanced=True,
    )
    mirostat: int = option(
        0,
        N_("Mirostat"),
        N_("1 or 2 steers the perplexity of the text in place of the filters; 0 is off."),
        minimum=0,
        maximum=2,
        advanced=True,
    )
    mirostat_tau: float = option(
        5.0,
        N_("Mirostat target"),
        N_("The surprise per token that Mirostat steers to."),
        minimum=0,
        maximum=20,
        step=0.1,
        advanced=True,
    )
    mirostat_eta: float = option(
        0.1,
        N_("Mirostat rate"),
        N_("How fast Mirostat corrects."),
        minimum=0,
        maximum=1,
        step=0.01,
        advanced=True,
    )
    samplers: str = option(
        ORDER,
        N_("Sampler order"),
        N_("Which samplers run, and in which order, by llama.cpp's names with semicolons between them."),
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


def sampler_order(sampling: Sampling) -> tuple[str, ...]:
    """The samplers to run, first one first; none for an empty text.

    Raises:
        Problem: `option_sampler` (sampler, known), for a name that is none of llama.cpp's in ORDER.
    """
    names = tuple(one.strip() for one in sampling.samplers.split(";") if one.strip())
    known = ORDER.split(";")
    for name in names:
        if name not in known:
            raise Problem("option_sampler", sampler=name[:80], known=", ".join(known))
    return names
