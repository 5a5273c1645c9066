"""Figures with their uncertainty: means of parts, medians, and what counts as equal."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.lab.interval import Interval, Mean, around, exactly, middle, number, numbers, pooled

FINITE = st.floats(-1e6, 1e6)


def test_a_mean_lies_within_two_standard_errors_nearly() -> None:
    found = around(0.01, 0.001)
    assert (found.low, found.high) == pytest.approx((0.01 - 0.00196, 0.01 + 0.00196))
    assert around(0.01, 0.1, least=0).low == 0
    assert around(0.99, 0.1, most=1).high == 1
    assert around(-0.001, 0.1, least=0).low == -0.001, "a value is never outside of its own range"


@given(st.lists(FINITE, min_size=1, max_size=30))
def test_half_of_the_samples_lie_within_the_quartiles(samples: list[float]) -> None:
    found = middle(samples)
    assert found is not None
    assert found.value == pytest.approx(statistics.median(samples))
    assert found.low <= found.value <= found.high
    assert found.low >= min(samples) - 1e-6
    assert found.high <= max(samples) + 1e-6


def test_of_nothing_there_is_nothing() -> None:
    assert middle([]) is None
    assert pooled([]) is None
    assert pooled([Mean(3.0, 1.0, 0)]) is None
    assert middle([5.0]) == exactly(5.0)
    assert not exactly(5.0).is_known


@given(st.lists(FINITE, min_size=2, max_size=40), st.integers(1, 39))
def test_parts_have_the_mean_of_the_whole(samples: list[float], cut: int) -> None:
    parts = [samples[:cut], samples[cut:]]
    found = pooled(Mean(statistics.fmean(one), 0.0, len(one)) for one in parts if one)
    assert found is not None
    assert found.count == len(samples)
    assert found.value == pytest.approx(statistics.fmean(samples), abs=1e-6)


def test_the_error_of_equal_parts_falls_with_their_root() -> None:
    found = pooled([Mean(1.0, 0.2, 100)] * 4)
    assert found is not None
    assert (found.value, found.count) == (1.0, 400)
    assert found.error == pytest.approx(0.1)


@given(FINITE, FINITE, st.floats(0, 10), st.floats(0, 10))
def test_only_one_of_two_is_below(a: float, b: float, near: float, far: float) -> None:
    one, other = Interval(a, a - near, a + near), Interval(b, b - far, b + far)
    assert not (one.is_below(other) and other.is_below(one))
    assert not one.is_below(one)
    if one.is_below(other):
        assert a < b


def test_only_finite_numbers_are_numbers() -> None:
    assert number(3) == 3.0
    assert numbers([1, "2", None, 3.5, float("nan"), True, math.inf]) == [1.0, 3.5]
    assert [number(one) for one in (None, True, "3", math.nan, -math.inf, 10**400, [1])] == [None] * 7
    assert numbers("12") == []
    assert numbers(None) == []
