"""What is beaten on drift and on what it costs, and that doubt beats nobody."""

from __future__ import annotations

from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.lab_rows import quality, speed, subject, whole_lab
from qwendesk.lab.interval import Interval, exactly
from qwendesk.lab.pareto import Axis, Point, beaten, cost, points
from qwendesk.lab.table import table

VALUES = st.integers(0, 8).map(float)
AXES = st.sampled_from(get_args(Axis))
EXACT = st.lists(st.tuples(VALUES, VALUES), max_size=12).map(
    lambda pairs: [Point(str(at), "", exactly(x), exactly(y)) for at, (x, y) in enumerate(pairs)]
)
RANGES = st.tuples(VALUES, VALUES, VALUES).map(lambda one: Interval(one[0], one[0] - one[1], one[0] + one[2]))
DOUBTFUL = st.lists(st.tuples(RANGES, RANGES), min_size=1, max_size=12).map(
    lambda pairs: [Point(str(at), "", x, y) for at, (x, y) in enumerate(pairs)]
)


@given(EXACT, AXES)
def test_without_doubt_it_is_the_definition(found: list[Point], axis: Axis) -> None:
    sign = -1 if axis == "speed" else 1
    places = {one.key: (sign * one.across.value, one.drift.value) for one in found}
    expected = {
        key
        for key, (x, y) in places.items()
        if any(u <= x and v <= y and (u, v) != (x, y) for u, v in places.values())
    }
    told = beaten(found, axis)
    assert set(told) == expected
    assert not set(told.values()) & expected, "the one that drifts least of the better ones is beaten by none"


@given(DOUBTFUL, AXES)
def test_somebody_is_always_left(found: list[Point], axis: Axis) -> None:
    told = beaten(found, axis)
    assert len(told) < len(found)
    assert not [one for one, other in told.items() if told.get(other) == one]
    for one in found:
        assert told.get(one.key) != one.key


@given(DOUBTFUL, st.randoms(use_true_random=False))
def test_the_order_changes_nothing(found: list[Point], random: Random) -> None:
    mixed = list(found)
    random.shuffle(mixed)
    assert beaten(mixed, "size") == beaten(found, "size")


def test_doubt_beats_nobody() -> None:
    clear = [Point("a", "", exactly(1), exactly(0.1)), Point("b", "", exactly(1), exactly(0.2))]
    assert beaten(clear, "size") == {"b": "a"}
    doubtful = [
        Point("a", "", exactly(1), Interval(0.1, 0.0, 0.2)),
        Point("b", "", exactly(1), Interval(0.2, 0.1, 0.3)),
    ]
    assert beaten(doubtful, "size") == {}


@pytest.mark.parametrize(("axis", "expected"), [("size", {}), ("memory", {}), ("speed", {"IQ3_M": "Q5_K_M"})])
def test_the_made_up_lab(axis: Axis, expected: dict[str, str]) -> None:
    found = points(table(whole_lab()).lines, axis)
    assert [one.label for one in found] == ["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "IQ3_M", "Q2_K"]
    labels = {one.key: one.label for one in found}
    assert {labels[one]: labels[other] for one, other in beaten(found, axis).items()} == expected


def test_what_is_not_known_is_no_point() -> None:
    rows = [quality(subject("Q4_K_M"), kl=0.02), quality(subject("Q2_K")), speed(subject("Q2_K"), 9.0, 5)]
    lines = table(rows).lines
    assert {axis: [one.label for one in points(lines, axis)] for axis in get_args(Axis)} == {
        "size": ["Q4_K_M"],
        "speed": [],
        "memory": [],
    }
    fast = cost(lines[1], "speed")
    assert fast is not None
    assert (fast.value, fast.low < fast.value < fast.high) == (-9.0, True)
