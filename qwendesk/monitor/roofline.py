"""How many tokens a second this computer's memory could give a model at most, and what eats the rest.

Making a token reads every weight that takes part in it once, and the keys and values of all tokens before it.
Memory that moves B bytes a second can therefore give at most B / (weights + KV at that depth) tokens a second
to one reply (the roofline model of Williams, Waterman and Patterson, 2009, for work that memory bounds). Of
the time of a token that was measured, that much is reading; the rest is computing, sampling and handing over.

A graphics card reads from memory of its own, which is not measured here. Speculation takes several tokens
from one reading, and a model that fits the processor's caches is read from there: both may be above the roof.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qwendesk.api.reply import Finished
from qwendesk.models.facts import Facts
from qwendesk.models.memory.cache import padded
from qwendesk.models.memory.parts import Estimate

LEAST_TOKENS = 16
"""Shorter replies tell little of speed."""
CACHED_BYTES = 100 << 20
"""A model that reads less for a token may live in the processor's caches."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read for one token of one reply, in bytes.

    Args:
        weights: all but the embedding table (one row of it) and the experts that rest.
        per_token: keys and values of one token before it, all layers; state: of recurrent layers.
        on_card: whether some of it lies in a graphics card's memory.
    """

    weights: int
    per_token: float = 0.0
    state: int = 0
    on_card: bool = False

    def cache(self, depth: float) -> float:
        """Keys, values and state behind so many tokens."""
        return self.per_token * max(depth, 0.0) + self.state


@dataclass(frozen=True, slots=True)
class Reached:
    """What replies reached: tokens a second, at which mean depth, and how many tokens one pass brought."""

    tokens_per_s: float
    tokens: int
    depth: float
    per_pass: float = 1.0


@dataclass(frozen=True, slots=True)
class Roofline:
    """The most there can be, and what there is; times are seconds of one token."""

    bandwidth: float
    weights: float
    cache: float
    depth: float
    reached: Reached | None = None

    @property
    def bytes(self) -> float:
        """Read for one token."""
        return self.weights + self.cache

    @property
    def ceiling(self) -> float:
        """Tokens a second; 0 where nothing is known to be read."""
        return self.bandwidth / self.bytes if self.bytes else 0.0

    @property
    def share(self) -> float | None:
        """What was reached of it; above 1 where caches or speculation help."""
        if self.reached is None or not self.ceiling:
            return None
        return self.reached.tokens_per_s / self.ceiling

    @property
    def token_s(self) -> float | None:
        return 1 / self.reached.tokens_per_s if self.reached is not None else None

    @property
    def weights_s(self) -> float:
        return self.weights / self.bandwidth * self._fit

    @property
    def cache_s(self) -> float:
        return self.cache / self.bandwidth * self._fit

    @property
    def rest_s(self) -> float:
        """Computing, sampling, handing over: what a token took beyond reading."""
        return max((self.token_s or 0.0) - self.weights_s - self.cache_s, 0.0)

    @property
    def _fit(self) -> float:
        """Reading cannot have taken longer than the token did."""
        return 1 / self.share if self.share is not None and self.share > 1 else 1.0


def reading(facts: Facts, estimate: Estimate) -> Reading:
    """From what the file says, and from the memory that it takes as it is loaded."""
    positions = padded(estimate.context) * estimate.slots
    return Reading(
        facts.bytes_per_token,
        estimate.bytes_of("cache") / positions if positions else 0.0,
        estimate.bytes_of("state") // max(estimate.slots, 1),
        estimate.on("gpu") > 0,
    )


def roofline(bandwidth: float, read: Reading, reached: Reached | None = None, depth: float = 0.0) -> Roofline:
    """`bandwidth` in bytes a second; `depth` counts where nothing was reached yet."""
    deep, per_pass = (reached.depth, reached.per_pass) if reached is not None else (depth, 1.0)
    return Roofline(bandwidth, read.weights / per_pass, read.cache(deep) / per_pass, deep, reached)


def reached(finished: Finished) -> Reached | None:
    """None where the reply was too short to tell. The depth is that of its middle token."""
    usage, rate = finished.usage, finished.timings.decode_tps
    if rate is None or rate <= 0 or usage.completion_tokens < LEAST_TOKENS:
        return None
    passes = max(usage.completion_tokens - usage.accepted_tokens, 1)
    return Reached(
        rate,
        usage.completion_tokens,
        usage.prompt_tokens + usage.injected_tokens + usage.completion_tokens / 2,
        usage.completion_tokens / passes,
    )


def together(replies: Iterable[Reached]) -> Reached | None:
    """All tokens over all the time they took; depths weigh by their tokens."""
    those = list(replies)
    tokens = sum(one.tokens for one in those)
    if not tokens:
        return None
    return Reached(
        tokens / sum(one.tokens / one.tokens_per_s for one in those),
        tokens,
        sum(one.depth * one.tokens for one in those) / tokens,
        tokens / sum(one.tokens / one.per_pass for one in those),
    )
