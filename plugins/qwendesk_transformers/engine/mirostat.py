"""Mirostat (Basu et al. 2020, arXiv:2007.14966), versions 1 and 2 as in llama.cpp."""

from __future__ import annotations

import math
import random

import torch

from qwendesk.api.sampling import Sampling
from qwendesk_transformers.engine.filters import Candidates

_M = 100
"""How many of the likeliest tokens version 1 estimates the distribution's slope from."""


class Mirostat:
    """Keeps the surprise of the text near its target, in bits."""

    def __init__(self, sampling: Sampling) -> None:
        self._s = sampling
        self._mu = 2 * sampling.mirostat_tau

    def pick(self, of: Candidates, chance: random.Random) -> int:
        """A token's id; the target moves with how surprising it was."""
        scaled = of.with_logits(of.logits / max(self._s.temperature, 1e-6)).ordered()
        probabilities = torch.softmax(scaled.logits, 0)
        kept = self._kept(probabilities)
        shares = torch.softmax(scaled.logits[:kept], 0)
        reach = shares.cumsum(0)
        place = min(int(torch.searchsorted(reach, chance.random() * float(reach[-1]))), kept - 1)
        surprise = -math.log2(max(float(shares[place]), 1e-12))
        self._mu -= self._s.mirostat_eta * (surprise - self._s.mirostat_tau)
        assert scaled.ids is not None
        return int(scaled.ids[place])

    def _kept(self, probabilities: torch.Tensor) -> int:
        if self._s.mirostat == 2:
            return max(1, int((-probabilities.log2() <= self._mu).sum()))
        return max(1, min(self._by_slope(probabilities), len(probabilities)))

    def _by_slope(self, probabilities: torch.Tensor) -> int:
        """Equations 29 and 30 of the paper: the k at which Zipf's law gives this surprise."""
        count = min(_M, len(probabilities)) - 1
        ranks = torch.arange(count, dtype=torch.float64) + 1
        steps = torch.log((ranks + 1) / ranks)
        drops = torch.log(probabilities[:count] / probabilities[1 : count + 1]).double().cpu()
        slope = float((steps * drops).sum() / (steps * steps).sum())
        rest = slope - 1
        size = len(probabilities)
        if abs(rest) < 1e-9 or size < 2:
            return size
        inside = rest * 2**self._mu / (1 - size**-rest)
        return int(inside ** (1 / slope)) if inside > 0 else size
