"""Charts of the report: every value has its place, labels stand clear, and the markup is whole."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.lab.interval import Interval, exactly
from qwendesk.lab.pareto import Point, beaten
from qwendesk.lab.report.charts.bars import Panel, bars
from qwendesk.lab.report.charts.curves import Line, curves
from qwendesk.lab.report.charts.placing import Box, place, spread
from qwendesk.lab.report.charts.scale import linear, logarithmic
from qwendesk.lab.report.charts.scatter import scatter
from qwendesk.lab.report.charts.svg import cut
from qwendesk.lab.report.numbers import decimals, plain, tick_places, tokens, unit_of

POSITIVE = st.lists(st.floats(1e-9, 1e9), min_size=1, max_size=8)
ANY = st.lists(st.floats(allow_nan=False), min_size=1, max_size=8)
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="…"), max_size=40)


@given(ANY, st.booleans())
def test_values_stand_on_a_linear_axis_in_their_order(values: list[float], from_zero: bool) -> None:
    scale = linear(values, 10, 110, from_zero=from_zero)
    places = [scale.at(one) for one in sorted(values)]
    assert all(10 <= one <= 110 for one in places)
    assert places == sorted(places)
    assert len(scale.ticks()) <= 21
    near = 1e-6 * max(abs(scale.low), abs(scale.high))
    assert all(scale.low - near <= one <= scale.high + near for one in scale.ticks())


@given(POSITIVE)
def test_a_logarithmic_axis_has_room_and_some_ticks(values: list[float]) -> None:
    scale = logarithmic(values, 200, 0)
    places = [scale.at(one) for one in sorted(values)]
    assert all(0 < one < 200 for one in places)
    assert places == sorted(places, reverse=True)
    ticks = scale.ticks()
    assert ticks == sorted(ticks)
    assert len(ticks) <= 12
    assert all(scale.low <= one <= scale.high for one in ticks)


def test_round_numbers_stand_beside_an_axis() -> None:
    assert linear([1.7, 8.1], 0, 100, from_zero=True).ticks() == [0, 2, 4, 6, 8]
    assert logarithmic([0.0009, 0.163], 0, 100).ticks() == pytest.approx([0.001, 0.01, 0.1])
    assert logarithmic([0.034, 0.053], 0, 100).ticks() == pytest.approx([0.03, 0.04, 0.05, 0.06, 0.07])
    assert logarithmic([2, 45], 0, 100).ticks() == pytest.approx([2, 5, 10, 20, 50])


@given(st.lists(st.floats(0, 100), max_size=6))
def test_labels_of_lines_are_moved_apart(places: list[float]) -> None:
    found = spread(places, 16, 0, 100)
    order = sorted(range(len(places)), key=lambda at: places[at])
    assert all(found[b] - found[a] >= 16 - 1e-9 for a, b in pairwise(order))
    assert all(-1e-9 <= one <= 100 for one in found)


def test_labels_cover_neither_points_nor_each_other() -> None:
    spots = [(100.0, 100.0), (112.0, 100.0), (100.0, 112.0), (295.0, 50.0)]
    boxes = place(spots, [40.0] * 4, Box(0, 0, 300, 200))
    for at, one in enumerate(boxes):
        assert one.left >= 0
        assert one.right <= 300
        assert all(one.common(other) == 0 for other in boxes[at + 1 :])
        assert all(one.common(Box(x - 3, y - 3, x + 3, y + 3)) == 0 for x, y in spots)


@given(NAMES, st.integers(8, 40))
def test_a_long_name_keeps_both_ends(name: str, longest: int) -> None:
    found = cut(name, longest)
    assert len(found) <= longest
    start, gap, end = found.partition("…") if found != name else (name, "", "")
    assert name.startswith(start)
    assert name.endswith(end)
    assert not gap or len(end) > len(start)


def drawn(markup: str) -> ET.Element:
    """The picture, which is whole; every number in it is one."""
    root = ET.fromstring(markup)
    for one in root.iter():
        for name in ("x", "y", "cx", "cy", "x1", "x2", "y1", "y2", "width", "height"):
            assert "n" not in one.get(name, ""), "neither nan nor inf"
    return root


def test_bars_are_as_long_as_their_values() -> None:
    panel = Panel("Size, GB", (exactly(8.0), Interval(4.0, 3.0, 5.0), None), mark=(1.0, "budget"))
    root = drawn(bars("Sizes", ["<b>", "Q4", "Q2"], [panel], 1))
    whole, half = root.iter("rect")
    assert float(whole.get("width", "")) == pytest.approx(2 * float(half.get("width", "")), abs=0.2)
    assert (whole.get("class"), half.get("class")) == ("bar", "bar chosen")
    texts = [one.text for one in root.iter("text")]
    assert {"<b>", "8.0", "4.0", "–", "budget"} <= set(texts)
    assert root[0].text == "Sizes"


def test_points_are_joined_unless_they_are_beaten() -> None:
    points = [
        Point("a", "Q8", exactly(4e9), exactly(0.001)),
        Point("b", "IQ3", exactly(3e9), Interval(0.05, 0.04, 0.06)),
        Point("c", "Q4", exactly(2e9), exactly(0.02)),
    ]
    root = drawn(scatter("t", ("size", "drift"), points, beaten(points, "size"), "c", 1e9))
    assert [one.get("class") for one in root.iter("circle")] == ["dot", "dot beaten", "dot chosen"]
    places = {one.get("class"): (one.get("cx"), one.get("cy")) for one in root.iter("circle")}
    (front,) = root.iter("polyline")
    joined = [tuple(float(part) for part in one.split(",")) for one in front.get("points", "").split()]
    assert joined == [tuple(float(part or "") for part in places[kind]) for kind in ("dot chosen", "dot")]


def test_the_limit_is_drawn_where_it_matters() -> None:
    lines = [Line("Q4", ((512, 2_000), (1024, 4_000)), True), Line("Q2", ((512, 1_000), (1024, 2_000)))]
    near = drawn(curves("t", ("context", "memory"), lines, (3_000.0, "limit"), 1000.0))
    assert [one.get("class") for one in near.iter("polyline")] == ["curve chosen", "curve"]
    assert "limit" in [one.text for one in near.iter("text")]
    mark = next(one for one in near.iter("line") if one.get("class") == "mark")
    ends = near.find("polyline[@class='curve chosen']")
    assert ends is not None
    low, high = (float(one.split(",")[1]) for one in ends.get("points", "").split())
    assert high < float(mark.get("y1", "")) < low
    far = drawn(curves("t", ("context", "memory"), lines, (3e9, "limit"), 1000.0))
    assert "↑ limit" in [one.text for one in far.iter("text")]
    assert "mark" not in [one.get("class") for one in far.iter("line")]


def interval(values: tuple[float, float, float]) -> Interval:
    low, middle, high = sorted(values)
    return Interval(middle, low, high)


VALUES = st.floats(0, 1e300) | st.just(float("inf"))
INTERVALS = st.tuples(VALUES, VALUES, VALUES).map(interval)


@given(st.lists(st.tuples(NAMES, INTERVALS, INTERVALS), min_size=1, max_size=6))
def test_whatever_stands_in_a_chart_it_is_whole(found: list[tuple[str, Interval, Interval]]) -> None:
    points = [Point(str(at), name, x, y) for at, (name, x, y) in enumerate(found)]
    drawn(scatter("t", ("x", "y"), points, beaten(points, "size"), "0"))
    drawn(bars("t", [name for name, *_rest in found], [Panel("p", tuple(x for _n, x, _y in found))], 0))


@given(
    st.lists(
        st.tuples(NAMES, st.lists(st.integers(1, 1 << 50), min_size=1, max_size=5)), min_size=1, max_size=6
    )
)
def test_curves_of_anything_are_whole(found: list[tuple[str, list[int]]]) -> None:
    lines = [Line(name, tuple((512 << at, size) for at, size in enumerate(sizes))) for name, sizes in found]
    drawn(curves("t", ("x", "y"), lines, (1e9, "limit"), 1e9))


def test_numbers_have_the_decimals_that_they_deserve() -> None:
    assert decimals([0.0009, 0.163], 1) == 4
    assert decimals([8.05, 1.67]) == 1
    assert (decimals([]), decimals([0.0]), decimals([12.0, 300.0]), decimals([1e-12])) == (0, 0, 0, 6)
    assert (plain(1234.5, 1), plain(float("inf"), 2)) == ("1,234.5", "∞")
    assert [unit_of(one) for one in (2e9, 3e6, 5e3, 7)] == [("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0)]
    assert [tick_places(one) for one in ([2, 4], [60.0, 60.5], [0.25, 0.5], [])] == [0, 1, 2, 0]
    assert (tokens(32_768), tokens(40_960), tokens(512), tokens(5000)) == ("32k", "40k", "512", "5,000")
