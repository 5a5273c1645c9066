"""Samplers on tensors against llama.cpp's own, on the same logits: the same tokens stay, with the same chances."""

from __future__ import annotations

import ctypes
import math
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.api.sampling import Sampling
from qwendesk_transformers.engine import penalties
from qwendesk_transformers.engine.filters import FILTERS, Candidates
from qwendesk_transformers.engine.mirostat import Mirostat
from qwendesk_transformers.engine.sampler import rows_of

PLAIN = Sampling(temperature=1.0, top_p=1.0, top_k=0, min_p=0.0, seed=1)
COUNT = 500
CASES = {
    "top_k": {"top_k": 40},
    "top_p": {"top_p": 0.9},
    "min_p": {"min_p": 0.05},
    "typ_p": {"typical_p": 0.8},
    "top_n_sigma": {"top_n_sigma": 1.0},
    "temperature": {"temperature": 0.6},
}


def logits(seed: int) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal(COUNT) * 3).astype(np.float32)


def ours(name: str, row: np.ndarray, sampling: Sampling) -> dict[int, float]:
    """Token → logit of what a filter leaves."""
    left = FILTERS[name](Candidates(torch.tensor(row)), sampling, random.Random(0))
    ids = left.ids.tolist() if left.ids is not None else range(len(left.logits))
    return dict(zip(ids, left.logits.tolist(), strict=True))


def theirs(name: str, row: np.ndarray, sampling: Sampling) -> dict[int, float]:
    pytest.importorskip("llama_cpp")
    from qwendesk_llamacpp.engine.native import native
    from qwendesk_llamacpp.engine.sampler import _DATA, _MAKERS, _array

    data = np.empty(len(row), _DATA)
    data["id"], data["logit"], data["p"] = np.arange(len(row)), row, 0
    candidates = _array(data)
    sampler = _MAKERS[name](None, sampling, 1)  # type: ignore[arg-type]
    native.llama_sampler_apply(sampler, ctypes.byref(candidates))
    found = {candidates.data[at].id: candidates.data[at].logit for at in range(candidates.size)}
    native.llama_sampler_free(sampler)
    return {id: logit for id, logit in found.items() if logit > -math.inf}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", range(5))
def test_what_a_filter_leaves_is_what_llama_cpp_leaves(name: str, seed: int) -> None:
    row, sampling = logits(seed), replace(PLAIN, **CASES[name])  # type: ignore[arg-type]
    mine, reference = ours(name, row, sampling), theirs(name, row, sampling)
    # At the edge of a sum of floats one token may fall on either side.
    assert len(set(mine) ^ set(reference)) <= 1
    shared = set(mine) & set(reference)
    assert [mine[id] for id in shared] == pytest.approx([reference[id] for id in shared], rel=1e-4)


def test_a_dynamic_temperature_is_llama_cpps() -> None:
    sampling = replace(PLAIN, dynatemp_range=0.5, dynatemp_exponent=1.5)
    mine, reference = (one("temperature", logits(3), sampling) for one in (ours, theirs))
    assert mine == pytest.approx(reference, rel=1e-3)


def test_a_temperature_of_zero_leaves_the_best() -> None:
    assert list(ours("temperature", logits(1), replace(PLAIN, temperature=0.0))) == [int(logits(1).argmax())]


def test_xtc_leaves_out_all_likely_tokens_but_the_last() -> None:
    row = np.log(np.array([0.4, 0.3, 0.2, 0.06, 0.04], np.float32))
    sampling = replace(PLAIN, xtc_probability=1.0, xtc_threshold=0.1)
    assert set(ours("xtc", row, sampling)) == {2, 3, 4}
    assert len(ours("xtc", row, replace(sampling, xtc_probability=0.0))) == 5
    assert len(ours("xtc", row, replace(sampling, xtc_threshold=0.35))) == 5, "one likely token alone stays"


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_repeats_are_found_as_a_plain_search_finds_them(text: list[int], breaker: int) -> None:
    found = penalties.repeats(text, {breaker})
    expected: dict[int, int] = {}
    for place in range(len(text) - 1):
        length = 0
        while length <= place and text[place - length] == text[len(text) - 1 - length] != breaker:
            length += 1
        if length:
            expected[text[place + 1]] = max(expected.get(text[place + 1], 0), length)
    assert found == expected


def test_penalties_are_llama_cpps_formula() -> None:
    row = torch.tensor([2.0, -1.0, 0.5, 3.0])
    sampling = replace(
        PLAIN, repeat_penalty=2.0, frequency_penalty=0.1, presence_penalty=0.5, repeat_last_n=3
    )
    changed = penalties.penalize(row, sampling, [3, 0, 1, 0], 100)
    assert changed.tolist() == pytest.approx([1.0 - 0.2 - 0.5, -2.0 - 0.1 - 0.5, 0.5, 3.0])
    assert penalties.penalize(row, replace(sampling, repeat_last_n=0), [0], 100) is row


def test_dry_grows_with_the_repeated_length() -> None:
    row = torch.zeros(10)
    sampling = replace(PLAIN, dry_multiplier=1.0, dry_base=2.0, dry_allowed_length=2)
    text = [1, 2, 3, 4, 9, 1, 2, 3]
    changed = penalties.dry(row, sampling, text, 100, set())
    assert changed[4] == -2.0
    assert changed.count_nonzero() == 1
    assert penalties.dry(row, sampling, text, 100, {2}).count_nonzero() == 0


@pytest.mark.parametrize("version", [1, 2])
def test_mirostat_steers_by_its_target(version: int) -> None:
    """Surprise is measured among what is left, as llama.cpp measures it, so only its order is known here."""
    row = torch.tensor(logits(5)) * 0.5
    surprise = -torch.log2(torch.softmax(row, 0))

    def mean(tau: float) -> float:
        made, chance = Mirostat(replace(PLAIN, mirostat=version, mirostat_tau=tau)), random.Random(7)
        return float(surprise[[made.pick(Candidates(row), chance) for _ in range(400)]].mean())

    low, middle, high = mean(1.0), mean(3.0), mean(6.0)
    assert low < middle < high
    assert low < float(surprise.min()) + 1.5


def sampler(sampling: Sampling, **request: Any) -> Any:
    from qwendesk.api.engine import EngineRequest
    from qwendesk_transformers.engine.sampler import Sampler

    class Words:
        size = COUNT

        def piece(self, token: int) -> bytes:
            return str(token).encode()

        def tokenize(self, text: str, *, special: bool) -> list[int]:
            return [ord(text)]

    return Sampler(Words(), EngineRequest((1, 2, 3), sampling, **request), 1000)  # type: ignore[arg-type]


def test_tokens_come_by_their_chances() -> None:
    row = torch.full((COUNT,), -math.inf)
    row[[3, 5]] = torch.log(torch.tensor([0.25, 0.75]))
    made = sampler(replace(PLAIN, seed=5))
    counts = Counter(made.pick(rows_of(row[None])[0]).id for _ in range(2000))
    assert set(counts) == {3, 5}
    assert counts[5] / 2000 == pytest.approx(0.75, abs=0.04)


def test_bias_and_numbers_that_are_none() -> None:
    from qwendesk.api.problem import Problem

    row = torch.tensor(logits(2))
    best = int(row.argmax())
    greedy = replace(PLAIN, temperature=0.0)
    assert sampler(greedy, logit_bias={best: -math.inf}).pick(rows_of(row[None])[0]).id != best
    assert sampler(greedy, logit_bias={7: 100.0}).pick(rows_of(row[None])[0]).id == 7
    assert int(row.argmax()) == best, "the model's own logits are left alone"
    with pytest.raises(Problem, match="logits_broken"):
        sampler(greedy).pick(rows_of(torch.full((1, COUNT), math.nan))[0])


def test_any_order_of_samplers_runs() -> None:
    row = torch.tensor(logits(4))
    sampling = replace(
        PLAIN,
        top_k=20,
        top_p=0.9,
        repeat_penalty=1.3,
        dry_multiplier=0.5,
        samplers="top_k;penalties;dry;top_p;temperature;min_p;typ_p;xtc;top_n_sigma",
    )
    made = sampler(sampling)
    assert all(0 <= made.pick(rows_of(row[None])[0]).id < COUNT for _ in range(20))
