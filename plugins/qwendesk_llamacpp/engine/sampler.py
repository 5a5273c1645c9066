"""Picks the next token: llama.cpp's samplers in their order, logit bias, a grammar, probabilities."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from qwendesk.api.engine import Candidate, EngineRequest, Token
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling, sampler_order
from qwendesk.api.scores.outcome import log_softmax
from qwendesk_llamacpp.engine.native import Floats, logits, native, pointer
from qwendesk_llamacpp.engine.vocabulary import Vocabulary

_BREAKERS = (b"\n", b":", b'"', b"*")
"""Where DRY starts anew (llama.cpp, common/common.h, `dry_sequence_breakers`)."""
_MIROSTAT_M = 100
_KEEP = 1
_DATA = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class Sampler:
    """For one request; freed with `close`."""

    def __init__(
        self, vocabulary: Vocabulary, request: EngineRequest, grammar: str | None, context: int
    ) -> None:
        """`context` in tokens is what a window of -1 comes to."""
        self._vocabulary = vocabulary
        self._top = request.top_logprobs
        sampler_order(request.sampling)  # complains before anything is made that would have to be freed
        self._grammar = self._parsed(grammar) if grammar is not None else None
        self._bias = _bias(request, vocabulary.size)
        greedy = grammar is None and _is_greedy(request.sampling)
        self._best = Likeliest(request.logit_bias, vocabulary.size) if greedy else None
        self._chain = native.llama_sampler_chain_init(native.llama_sampler_chain_default_params())
        for sampler in _chain(vocabulary, _resolved(request.sampling, context), self._bias):
            native.llama_sampler_chain_add(self._chain, sampler)
        if _looks_back(request.sampling):
            for token in request.tokens:
                native.llama_sampler_accept(self._chain, token)

    def _parsed(self, grammar: str) -> Any:
        made = native.llama_sampler_init_grammar(self._vocabulary.handle, grammar.encode(), b"root")
        if not made:
            raise Problem("schema_unsupported", keyword="grammar")
        return made

    def pick(self, context: Any, index: int) -> Token:
        """The next token from one output of the last batch."""
        if self._best is not None:
            id = self._best.of(logits(context, index, self._vocabulary.size))
        elif self._grammar is None:
            id = int(native.llama_sampler_sample(self._chain, context, index))
        else:
            id = self._pick_by_grammar(logits(context, index, self._vocabulary.size))
        data = self._vocabulary.piece(id)
        if not self._top:
            return Token(id, data)
        logprobs = log_softmax(logits(context, index, self._vocabulary.size))
        return Token(id, data, float(logprobs[id]), top_candidates(logprobs, self._top, self._vocabulary))

    def _pick_by_grammar(self, row: Floats) -> int:
        """As llama.cpp does it: pick freely; only where that breaks the grammar, filter everything first."""
        id = self._applied(row, filtered=False)
        one = np.array([(id, 1.0, 0.0)], _DATA)
        native.llama_sampler_apply(self._grammar, ctypes.byref(_array(one)))
        if not np.isfinite(one["logit"][0]):
            id = self._applied(row, filtered=True)
        native.llama_sampler_accept(self._grammar, id)
        native.llama_sampler_accept(self._chain, id)
        return id

    def _applied(self, row: Floats, *, filtered: bool) -> int:
        data = np.empty(len(row), _DATA)
        data["id"], data["logit"], data["p"] = np.arange(len(row)), row, 0
        candidates = _array(data)
        if filtered:
            native.llama_sampler_apply(self._grammar, ctypes.byref(candidates))
        native.llama_sampler_apply(self._chain, ctypes.byref(candidates))
        picked = candidates.data[candidates.selected]
        if filtered and not math.isfinite(picked.logit):
            # llama.cpp would end the process over a token that its grammar does not know.
            raise Problem("schema_stuck")
        return int(picked.id)

    def close(self) -> None:
        native.llama_sampler_free(self._chain)
        if self._grammar is not None:
            native.llama_sampler_free(self._grammar)


class Likeliest:
    """The likeliest token, of several the first, as llama.cpp's greedy sampler has it. That one writes a list
    of the whole vocabulary before it looks, which takes longer than all else between two tokens."""

    def __init__(self, biases: Mapping[int, float], size: int) -> None:
        """`size` is the vocabulary's; a bias of a token beyond it is nothing to add."""
        known = _known(biases, size)
        self._tokens = np.fromiter(known.keys(), np.intp)
        self._biases = np.fromiter(known.values(), np.float32)
        self._lowered = known.keys() if all(bias <= 0 for bias in known.values()) else None

    def of(self, row: Floats) -> int:
        """Of logits, shape (vocabulary,)."""
        if self._lowered is not None and (best := int(row.argmax())) not in self._lowered:
            return best
        row = row.copy()
        row[self._tokens] += self._biases
        return int(row.argmax())


def top_candidates(logprobs: Floats, count: int, vocabulary: Vocabulary) -> tuple[Candidate, ...]:
    """The likeliest tokens, the best first."""
    count = min(count, len(logprobs))
    best = np.argpartition(logprobs, -count)[-count:]
    best = best[np.argsort(-logprobs[best], kind="stable")]
    return tuple(Candidate(int(one), vocabulary.piece(int(one)), float(logprobs[one])) for one in best)


def _array(data: Any) -> Any:
    return native.llama_token_data_array(
        data=pointer(data, native.llama_token_data), size=len(data), selected=-1, sorted=False
    )


def _is_greedy(sampling: Sampling) -> bool:
    return sampling.temperature == 0 and not _looks_back(sampling) and not sampling.mirostat


def _known(biases: Mapping[int, float], size: int) -> dict[int, float]:
    return {token: bias for token, bias in biases.items() if 0 <= token < size}


def _bias(request: EngineRequest, size: int) -> Any:
    known = _known(request.logit_bias, size)
    room = (native.llama_logit_bias * len(known))()
    for at, (token, bias) in enumerate(known.items()):
        room[at].token, room[at].bias = token, bias
    return room if known else None


def _resolved(sampling: Sampling, context: int) -> Sampling:
    """llama.cpp's library, unlike its programs, takes a window of -1 for none."""
    last, dry = sampling.repeat_last_n, sampling.dry_penalty_last_n
    return replace(
        sampling,
        repeat_last_n=context if last < 0 else last,
        dry_penalty_last_n=context if dry < 0 else dry,
    )


def _looks_back(sampling: Sampling) -> bool:
    penalized = sampling.repeat_penalty != 1 or sampling.presence_penalty or sampling.frequency_penalty
    return bool(penalized or sampling.dry_multiplier)


def _chain(vocabulary: Vocabulary, sampling: Sampling, bias: Any) -> list[Any]:
    made = []
    if bias is not None:
        made.append(native.llama_sampler_init_logit_bias(vocabulary.size, len(bias), bias))
    if _is_greedy(sampling):
        # No filter removes the best token, so all of them can be left out.
        return [*made, native.llama_sampler_init_greedy()]
    seed = sampling.seed if sampling.seed is not None else native.LLAMA_DEFAULT_SEED
    if sampling.mirostat:
        return [
            *made,
            native.llama_sampler_init_temp(sampling.temperature),
            _mirostat(vocabulary, sampling, seed),
        ]
    made += [_MAKERS[name](vocabulary, sampling, seed) for name in sampler_order(sampling)]
    return [*made, native.llama_sampler_init_dist(seed)]


def _mirostat(vocabulary: Vocabulary, sampling: Sampling, seed: int) -> Any:
    tau, eta = sampling.mirostat_tau, sampling.mirostat_eta
    if sampling.mirostat == 1:
        return native.llama_sampler_init_mirostat(vocabulary.size, seed, tau, eta, _MIROSTAT_M)
    return native.llama_sampler_init_mirostat_v2(seed, tau, eta)


def _penalties(vocabulary: Vocabulary, s: Sampling, _seed: int) -> Any:
    return native.llama_sampler_init_penalties(
        vocabulary.size, s.repeat_last_n, s.repeat_penalty, s.frequency_penalty, s.presence_penalty
    )


def _dry(vocabulary: Vocabulary, s: Sampling, _seed: int) -> Any:
    breakers = (ctypes.c_char_p * len(_BREAKERS))(*_BREAKERS)
    return native.llama_sampler_init_dry(
        vocabulary.handle,
        s.dry_multiplier,
        s.dry_base,
        s.dry_allowed_length,
        s.dry_penalty_last_n,
        breakers,
        len(_BREAKERS),
    )


_MAKERS: dict[str, Callable[[Vocabulary, Sampling, int], Any]] = {
    "penalties": _penalties,
    "dry": _dry,
    "top_n_sigma": lambda _v, s, _seed: native.llama_sampler_init_top_n_sigma(s.top_n_sigma or -1.0),
    "top_k": lambda _v, s, _seed: native.llama_sampler_init_top_k(s.top_k),
    "typ_p": lambda _v, s, _seed: native.llama_sampler_init_typical(s.typical_p, _KEEP),
    "top_p": lambda _v, s, _seed: native.llama_sampler_init_top_p(s.top_p, _KEEP),
    "min_p": lambda _v, s, _seed: native.llama_sampler_init_min_p(s.min_p, _KEEP),
    "xtc": lambda _v, s, seed: native.llama_sampler_init_xtc(s.xtc_probability, s.xtc_threshold, _KEEP, seed),
    "temperature": lambda _v, s, _seed: native.llama_sampler_init_temp_ext(
        s.temperature, s.dynatemp_range, s.dynatemp_exponent
    ),
}
