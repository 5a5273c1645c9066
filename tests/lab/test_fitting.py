"""How much context fits beside each model, by the same estimate and the same margin as everywhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.lab.fitting import Candidate, Curve, Fitting, contexts, fitting, limit
from qwendesk.models.memory.estimate import estimate
from qwendesk.models.memory.fit import Room, judge
from qwendesk.models.memory.parts import Host
from qwendesk.models.reading import read_facts

GIB = 1 << 30


@pytest.fixture
def candidate(seedling: Path) -> Candidate:
    facts = replace(read_facts(seedling), context=40_960)
    return Candidate("k", "Q8_0", facts, "llamacpp", {"cache_type_k": "f16"})


def test_a_curve_is_the_estimate_at_doubling_contexts(candidate: Candidate) -> None:
    found = fitting([candidate], Room(8 * GIB), Host())
    (curve,) = found.curves
    assert [context for context, _bytes in curve.points] == [
        512, 1024, 2048, 4096, 8192, 16_384, 32_768, 40_960
    ]  # fmt: skip
    options = {"context": 4096, "slots": 1, "cache_type_k": "f16"}
    assert dict(curve.points)[4096] == estimate(candidate.facts, "llamacpp", options, Host()).total
    assert (found.device, found.available, found.most()) == ("cpu", 8 * GIB, {"k": 40_960})


def test_the_longest_context_that_fits(candidate: Candidate) -> None:
    room = Room(candidate.at(9000, Host()).total * 3 // 2)
    found = fitting([candidate], room, Host())
    most = found.curves[0].most
    assert 512 < most < 40_960
    assert most % 256 == 0
    assert room.holds(candidate.at(most, Host())) != "too_big"
    assert room.holds(candidate.at(most + 256, Host())) == "too_big"
    assert candidate.at(most, Host()).total <= found.limit < candidate.at(most + 256, Host()).total


def test_where_nothing_fits_it_is_none(candidate: Candidate) -> None:
    assert fitting([candidate], Room(1 << 20), Host()).curves[0].most == 0


def test_a_card_is_the_limit_where_it_holds_the_model(candidate: Candidate) -> None:
    found = fitting([candidate], Room(8 * GIB, 64 << 20), Host(gpu=True))
    assert (found.device, found.available) == ("gpu", 64 << 20)
    assert found.curves[0].points[0][1] == candidate.at(512, Host(gpu=True)).on("gpu") > 0
    assert found.curves[0].most < 40_960


@given(st.integers(0, 1 << 45))
def test_the_limit_is_the_most_that_is_not_too_big(available: int) -> None:
    most = limit(available)
    assert most == 0 or judge(most, available) != "too_big"
    assert judge(most + 1, available) == "too_big"


@given(st.integers(-5, 1 << 22))
def test_contexts_rise_to_the_trained_one(trained: int) -> None:
    found = contexts(trained)
    assert list(found) == sorted(set(found))
    assert found[-1] == (trained if trained > 0 else 32_768)


def test_a_short_trained_context_that_fits_is_all_there_is() -> None:
    curves = tuple(Curve(key, key, ((512, 10), (2048, 20)), most) for key, most in (("a", 2048), ("b", 1024)))
    assert Fitting(curves, "cpu", 100, 90).whole() == {"a"}
