"""Picks the next token by llama.cpp's samplers, in its order and by its names, with a seed of its own."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import torch

from qwendesk.api.engine import Candidate, EngineRequest, Token
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling, sampler_order
from qwendesk_transformers.engine.filters import FILTERS, Candidates
from qwendesk_transformers.engine.grammar import Grammar
from qwendesk_transformers.engine.mirostat import Mirostat
from qwendesk_transformers.engine.penalties import dry, penalize
from qwendesk_transformers.engine.vocabulary import Vocabulary

_BREAKERS = ("\n", ":", '"', "*")
"""Where DRY starts anew (llama.cpp, common/common.h, `dry_sequence_breakers`)."""


@dataclass(frozen=True, slots=True)
class Row:
    """The logits of one place, shape (vocabulary,), float32; the highest of them and whose it is."""

    logits: torch.Tensor
    peak: float
    best: int


def rows_of(logits: torch.Tensor) -> list[Row]:
    """Of each place, from shape (places, vocabulary). What all need is asked of the card once."""
    whole = logits.float()
    peaks, places = whole.max(-1)
    # Ids are below 2^24, so float32 holds them.
    told = torch.stack((peaks, places.float())).tolist()
    return [Row(row, peak, int(best)) for row, peak, best in zip(whole, *told, strict=True)]


class Sampler:
    """For one request; only the scheduler's thread may call anything."""

    def __init__(
        self, vocabulary: Vocabulary, request: EngineRequest, context: int, grammar: Grammar | None = None
    ) -> None:
        """`context` in tokens is what a window of -1 comes to. Raises Problem `option_sampler`."""
        self._vocabulary, self._context, self._grammar = vocabulary, context, grammar
        self._sampling = request.sampling
        self._order = sampler_order(request.sampling)
        self._top = request.top_logprobs
        bias = {id: bias for id, bias in request.logit_bias.items() if 0 <= id < vocabulary.size}
        self._biased = torch.tensor(list(bias), dtype=torch.long)
        self._bias = torch.tensor(list(bias.values()), dtype=torch.float32)
        self._text = list(request.tokens) if _looks_back(request.sampling) else []
        # Nothing global: two requests with the same seed say the same, whatever runs beside them.
        self._chance = random.Random(request.sampling.seed)  # noqa: S311 - no secret is made of it
        self._mirostat = Mirostat(request.sampling) if request.sampling.mirostat else None
        self._breakers = (
            {vocabulary.tokenize(one, special=False)[-1] for one in _BREAKERS}
            if request.sampling.dry_multiplier
            else set()
        )

    def pick(self, row: Row) -> Token:
        """The next token. Raises Problem `logits_broken`."""
        if not math.isfinite(row.peak):
            raise Problem("logits_broken")
        logits = row.logits
        id = self._chosen(row if self._grammar is None else self._bound(self._grammar, row))
        if self._grammar is not None:
            self._grammar.take(id)
        if self._text or _looks_back(self._sampling):
            self._text.append(id)
        data = self._vocabulary.piece(id)
        if not self._top:
            return Token(id, data)
        logprobs = torch.log_softmax(logits, -1)
        return Token(id, data, float(logprobs[id]), self._likeliest(logprobs))

    @staticmethod
    def _bound(grammar: Grammar, row: Row) -> Row:
        return rows_of(grammar.filtered(row.logits)[None])[0]

    def _chosen(self, row: Row) -> int:
        if len(self._bias):
            row = self._with_bias(row)
        s, logits = self._sampling, row.logits
        if self._mirostat is not None:
            return self._mirostat.pick(Candidates(logits), self._chance)
        if s.temperature == 0 and not _looks_back(s):
            return row.best  # no filter removes the best token
        found = Candidates(logits)
        for name in self._order:
            found = self._applied(name, found)
        return self._drawn(found)

    def _with_bias(self, row: Row) -> Row:
        """Added; an infinite one forbids a token, or allows no other."""
        if self._bias.device != row.logits.device:
            self._bias, self._biased = (one.to(row.logits.device) for one in (self._bias, self._biased))
        old = row.logits[self._biased]
        new = torch.where(self._bias.isinf(), self._bias, old + self._bias)
        return rows_of(row.logits.index_copy(0, self._biased, new)[None])[0]

    def _applied(self, name: str, found: Candidates) -> Candidates:
        if name in FILTERS:
            return FILTERS[name](found, self._sampling, self._chance)
        # Both go by token ids, so they come before anything that leaves tokens out, or see all of them again.
        logits = found.logits if found.ids is None else self._spread(found)
        if name == "penalties":
            changed = penalize(logits, self._sampling, self._text, self._context)
        else:
            changed = dry(logits, self._sampling, self._text, self._context, self._breakers)
        return Candidates(changed if found.ids is None else changed[found.ids], found.ids)

    def _spread(self, found: Candidates) -> torch.Tensor:
        """Candidates in the places of their ids; what was left out is impossible."""
        assert found.ids is not None
        whole = found.logits.new_full((self._vocabulary.size,), -math.inf)
        whole[found.ids] = found.logits
        return whole

    def _drawn(self, found: Candidates) -> int:
        """One of them by its probability."""
        shares = torch.softmax(found.logits, 0).cumsum(0)
        place = int(torch.searchsorted(shares, self._chance.random() * float(shares[-1])))
        place = min(place, len(found.logits) - 1)
        return int(found.ids[place]) if found.ids is not None else place

    def _likeliest(self, logprobs: torch.Tensor) -> tuple[Candidate, ...]:
        values, ids = torch.topk(logprobs, min(self._top, len(logprobs)))
        return tuple(
            Candidate(int(id), self._vocabulary.piece(int(id)), float(value))
            for value, id in zip(values.tolist(), ids.tolist(), strict=True)
        )


def _looks_back(s: Sampling) -> bool:
    penalized = s.repeat_penalty != 1 or s.presence_penalty or s.frequency_penalty
    return bool(penalized or s.dry_multiplier)
