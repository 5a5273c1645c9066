"""Statistics that are kept in constant memory, against NumPy's of all values at once."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

pytest.importorskip("numpy")

from qwendesk.api.scores.moments import Moments
from qwendesk.api.scores.quantiles import Quantiles
from qwendesk.api.scores.scratch import Scratch

PERCENTS = (0.0, 1.0, 50.0, 99.9, 100.0)
tables = arrays(
    np.float64, st.tuples(st.integers(1, 40), st.just(2)), elements=st.floats(-100, 100, width=32)
)
sizes = st.floats(1e-11, 1e5) | st.floats(-1e5, -1e-11) | st.just(0.0)
columns = st.lists(sizes, min_size=1, max_size=40)


def blocks(values: np.ndarray, cut: int) -> list[np.ndarray]:
    return [one for one in (values[:cut], values[cut:]) if len(one)]


@given(table=tables, cut=st.integers(0, 40))
def test_moments_are_those_of_all_values(table: np.ndarray, cut: int) -> None:
    found = Moments(2)
    for block in blocks(table, cut):
        found.add(block)
    assert found.count == len(table)
    for column in (0, 1):
        values = table[:, column]
        error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
        estimate = found.estimate(column)
        assert estimate.value == pytest.approx(values.mean(), abs=1e-9)
        assert estimate.error == pytest.approx(error, rel=1e-6, abs=1e-9)
        assert found.root_mean_square(column) == pytest.approx(np.sqrt((values**2).mean()), abs=1e-9)
    if min(table.std(axis=0)) > 1e-3:
        assert found.correlation(0, 1) == pytest.approx(np.corrcoef(table.T)[0, 1], abs=1e-6)


def test_small_spread_beside_a_large_mean_is_not_lost() -> None:
    values = 1e9 + np.random.default_rng(1).normal(size=(4000, 1))
    found = Moments(1)
    for block in np.split(values, 40):
        found.add(block)
    assert found.estimate(0).error == pytest.approx(values.std(ddof=1) / np.sqrt(len(values)), rel=1e-3)


def test_a_constant_column_correlates_with_nothing() -> None:
    found = Moments(2)
    found.add(np.array([[1.0, 2.0], [1.0, 3.0]]))
    assert found.correlation(0, 1) is None
    assert found.estimate(1, least=3).error == 0


@given(values=columns, cut=st.integers(0, 40))
def test_percentiles_are_true_to_a_twenty_thousandth(values: list[float], cut: int) -> None:
    found = Quantiles()
    for block in blocks(np.array(values), cut):
        found.add(block)
    low, high = (np.percentile(values, PERCENTS, method=method) for method in ("lower", "higher"))
    for wanted, got, below, above in zip(
        np.percentile(values, PERCENTS), found.percentiles(PERCENTS), low, high, strict=True
    ):
        assert got == pytest.approx(wanted, abs=1e-12 + 1.01 * 5e-5 * max(abs(below), abs(above)))


def test_the_ends_are_exact_and_infinity_is_a_value() -> None:
    found = Quantiles()
    found.add(np.array([-0.1, 0.3, math.inf]))
    assert found.percentiles((0.0, 100.0)) == (-0.1, math.inf)


def test_what_is_no_number_makes_none_of_them_one() -> None:
    found = Quantiles()
    found.add(np.array([1.0, math.nan]))
    found.add(np.array([1.0]))
    assert all(math.isnan(one) for one in found.percentiles(PERCENTS))


def test_room_is_found_again_and_grows() -> None:
    scratch = Scratch()
    first = scratch.array("own", (4, 8))
    first[:] = 1
    assert (scratch.array("own", (2, 8)) == 1).all()
    assert scratch.array("own", (5, 8)).shape == (5, 8)
    assert not np.shares_memory(scratch.array("own", (5, 8)), scratch.array("reference", (5, 8)))


def test_more_values_take_no_more_memory() -> None:
    quantiles, moments = Quantiles(), Moments(1)
    values = np.random.default_rng(2).exponential(size=1000)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(300):
        quantiles.add(values)
        moments.add(values[:, None])
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < values.nbytes
