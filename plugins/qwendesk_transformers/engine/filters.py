"""llama.cpp's samplers (src/llama-sampling.cpp) on tensors: each leaves fewer candidates, or other logits."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from qwendesk.api.sampling import Sampling


@dataclass(frozen=True, slots=True)
class Candidates:
    """Tokens that may come next. `ids` is None while they are the whole vocabulary in its order.

    Args:
        logits: shape (count,), float32.
        ids: shape (count,), int64.
        best_first: whether they are in the order of their logits.
    """

    logits: torch.Tensor
    ids: torch.Tensor | None = None
    best_first: bool = False

    def kept(self, chosen: torch.Tensor) -> Candidates:
        """Those at these places, or where this mask is true."""
        ids = chosen.nonzero()[:, 0] if chosen.dtype == torch.bool else chosen
        return Candidates(self.logits[ids], ids if self.ids is None else self.ids[ids], self.best_first)

    def ordered(self) -> Candidates:
        """The best first; of equal ones the one with the smaller id."""
        if self.best_first:
            return self
        logits, places = torch.sort(self.logits, descending=True, stable=True)
        return Candidates(logits, places if self.ids is None else self.ids[places], True)

    def with_logits(self, logits: torch.Tensor) -> Candidates:
        return Candidates(logits, self.ids, self.best_first)


def top_k(of: Candidates, s: Sampling, _chance: random.Random) -> Candidates:
    """The k likeliest."""
    if s.top_k <= 0 or s.top_k >= len(of.logits):
        return of
    logits, places = torch.topk(of.logits, s.top_k)
    ids = places if of.ids is None else of.ids[places]
    # A few numbers are sooner computed where Python is than on a card that has to be asked for each.
    return Candidates(logits.cpu(), ids.cpu(), True)


def top_p(of: Candidates, s: Sampling, _chance: random.Random) -> Candidates:
    """The likeliest up to this total probability, that which reaches it included (Holtzman et al. 2019)."""
    if s.top_p >= 1.0:
        return of
    of = of.ordered()
    before = torch.softmax(of.logits, 0).cumsum(0)
    return _first(of, int((before < s.top_p).sum()) + 1)


def min_p(of: Candidates, s: Sampling, _chance: random.Random) -> Candidates:
    """Those of at least this share of the likeliest one's probability."""
    if s.min_p <= 0:
        return of
    return of.kept(of.logits >= of.logits.max() + math.log(s.min_p))


def typical(of: Candidates, s: Sampling, _chance: random.Random) -> Candidates:
    """Those whose surprise is nearest to the expected one, up to this probability (Meister et al. 2022)."""
    if s.typical_p >= 1.0:
        return of
    logprobs = torch.log_softmax(of.logits, 0)
    probabilities = logprobs.exp()
    entropy = -(probabilities * torch.nan_to_num(logprobs, neginf=0.0)).sum()
    places = torch.argsort((-logprobs - entropy).abs(), stable=True)
    count = int((probabilities[places].cumsum(0) <= s.typical_p).sum()) + 1
    return Candidates(of.logits, of.ids, False).kept(places[:count])


def top_n_sigma(of: Candidates, s: Sampling, _chance: random.Random) -> Candidates:
    """Those within n standard deviations of the best logit (Tang et al. 2024)."""
    if s.top_n_sigma <= 0 or len(of.logits) < 2:
        return of
    known = of.logits[torch.isfinite(of.logits)]
    return of.kept(of.logits >= of.logits.max() - s.top_n_sigma * known.std(correction=0))


def xtc(of: Candidates, s: Sampling, chance: random.Random) -> Candidates:
    """Sometimes leaves out all likely tokens but the last of them ("exclude top choices")."""
    if s.xtc_probability <= 0 or s.xtc_threshold > 0.5 or len(of.logits) < 2:
        return of
    if chance.random() > s.xtc_probability:
        return of
    of = of.ordered()
    likely = int((torch.softmax(of.logits, 0) >= s.xtc_threshold).sum())
    return _from(of, likely - 1) if likely > 1 else of


def temperature(of: Candidates, s: Sampling, _chance: random.Random) -> Candidates:
    """Logits over the temperature, which may move with the entropy (dynamic temperature)."""
    if s.dynatemp_range > 0:
        return _dynamic(of, s)
    if s.temperature <= 0:
        return _first(of.ordered(), 1)
    return of.with_logits(of.logits / s.temperature)


def _dynamic(of: Candidates, s: Sampling) -> Candidates:
    low, high = max(0.0, s.temperature - s.dynatemp_range), s.temperature + s.dynatemp_range
    if len(of.logits) < 2:
        return of
    logprobs = torch.log_softmax(of.logits, 0)
    entropy = float(-(logprobs.exp() * torch.nan_to_num(logprobs, neginf=0.0)).sum())
    share = entropy / math.log(len(of.logits))
    chosen = low + (high - low) * share**s.dynatemp_exponent
    return of.with_logits(of.logits / chosen) if chosen > 0 else _first(of.ordered(), 1)


def _first(of: Candidates, count: int) -> Candidates:
    ids = None if of.ids is None else of.ids[:count]
    return Candidates(of.logits[:count], ids, of.best_first)


def _from(of: Candidates, start: int) -> Candidates:
    ids = None if of.ids is None else of.ids[start:]
    return Candidates(of.logits[start:], ids, of.best_first)


FILTERS: Mapping[str, Callable[[Candidates, Sampling, random.Random], Candidates]] = {
    "top_n_sigma": top_n_sigma,
    "top_k": top_k,
    "typ_p": typical,
    "top_p": top_p,
    "min_p": min_p,
    "xtc": xtc,
    "temperature": temperature,
}
"""By llama.cpp's names; "penalties" and "dry" look at the text before and stand in `penalties`."""
