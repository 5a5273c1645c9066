"""Options describe themselves, and refuse what is out of range, by name."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.api.options import Option, build, check, describe, option
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling


@dataclass(frozen=True, slots=True)
class Sample:
    context: int | None = option(None, "Context", "h", minimum=1, maximum=10, unset="own")
    share: float = option(0.5, "Share", minimum=0, maximum=1)
    flash: bool = option(True, "Flash")
    kind: str = option("a", "Kind", choices=("a", "b"))
    file: str = option("", "File", kind="path")


@dataclass(frozen=True)
class Bare:
    x: int = 1


def test_the_description_is_complete() -> None:
    kinds = {one.name: one.kind for one in describe(Sample)}
    assert kinds == {
        "context": "integer",
        "share": "number",
        "flash": "switch",
        "kind": "choice",
        "file": "path",
    }
    context = describe(Sample)[0]
    assert (context.optional, context.unset, context.minimum, context.default) == (True, "own", 1, None)


def test_a_field_without_a_description_is_our_error() -> None:
    with pytest.raises(TypeError, match=r"Bare\.x"):
        describe(Bare)


@pytest.mark.parametrize(
    ("values", "id"),
    [
        ({"nope": 1}, "option_unknown"),
        ({"context": 0}, "option_range"),
        ({"context": True}, "option_type"),
        ({"context": "5"}, "option_type"),
        ({"share": math.nan}, "option_range"),
        ({"share": math.inf}, "option_range"),
        ({"share": None}, "option_type"),
        ({"kind": "c"}, "option_type"),
        ({"flash": 1}, "option_type"),
    ],
)
def test_what_does_not_fit(values: dict[str, object], id: str) -> None:
    with pytest.raises(Problem) as caught:
        build(Sample, values)
    assert caught.value.id == id


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (256, 1_048_576, ("256", "1,048,576")),
        (0.0, 4_294_967_295, ("0", "4,294,967,295")),
        (0.25, None, ("0.25", "any")),
    ],
)
def test_the_edges_of_a_range_are_said_in_full(low: float, high: float | None, said: tuple[str, str]) -> None:
    some = replace(describe(Sample)[0], kind="number", minimum=low, maximum=high)
    with pytest.raises(Problem) as caught:
        check(some, -1.0)
    assert (caught.value.arguments["low"], caught.value.arguments["high"]) == said


def test_what_fits() -> None:
    made = build(Sample, {"context": 3, "share": 1, "flash": False, "kind": "b"})
    assert made == Sample(3, 1.0, False, "b")


@given(
    st.sampled_from(describe(Sampling)),
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
)
def test_any_value_is_taken_in_range_or_refused_by_name(one: Option, value: object) -> None:
    taken = outcome(one, value)
    if isinstance(taken, Problem):
        assert taken.arguments["option"] == one.name
    elif one.kind == "text":
        assert taken is value
    else:
        assert taken is None or one.minimum <= taken <= one.maximum


def outcome(one: Option, value: object) -> Any:
    """The value taken, or the Problem raised."""
    try:
        return check(one, value)
    except Problem as problem:
        return problem
