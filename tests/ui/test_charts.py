"""Lines over time: as few points as tell the same, gaps, axes, and the pixels that come of them."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qwendesk.monitor.live import Line
from qwendesk.ui.charts.chart import Chart, Words
from qwendesk.ui.charts.plot import Frame, Plot, plotted
from qwendesk.ui.charts.shapes import PIECE, Point, below, courses, dots
from qwendesk.ui.theme.style import colours

NAN = float("nan")
steps = st.lists(st.tuples(st.floats(0, 3), st.one_of(st.floats(-50, 50), st.just(NAN))), max_size=200)


def points_of(found: list[Point]) -> list[Point]:
    at, points = 0.0, []
    for step, value in found:
        at += step
        points.append((at, value))
    return points


@given(steps)
def test_a_thinned_line_has_the_ends_and_the_extremes_of_each_column(
    found: list[Point],
) -> None:
    points = points_of(found)
    thinned = courses(points)
    assert all(math.isfinite(one[1]) for course in thinned for one in course)
    assert sum(map(math.isnan, (one[1] for one in points))) >= len(thinned) - 1
    kept = [one for course in thinned for one in course]
    assert [one[0] for one in kept] == sorted(one[0] for one in kept)
    for column in {math.floor(one[0]) for one in points}:
        before = [one[1] for one in points if math.floor(one[0]) == column and math.isfinite(one[1])]
        after = [one[1] for one in kept if math.floor(one[0]) == column]
        if before:
            assert (min(before), max(before)) == (min(after), max(after))
            assert (before[0], before[-1]) == (after[0], after[-1])


def test_a_hundred_thousand_points_become_four_a_pixel_at_most() -> None:
    points = [(at / 200, math.sin(at)) for at in range(100_000)]
    (course,) = courses(points)
    assert len(course) <= 4 * 501


@given(st.integers(0, 3 * PIECE + 2))
def test_pieces_of_what_is_below_meet(count: int) -> None:
    course = [(float(at), 10.0 + at % 7) for at in range(count)]
    pieces = below(course, 50.0)
    tops = [[piece.at(place).toTuple() for place in range(1, piece.count() - 1)] for piece in pieces]
    assert all(len(one) <= PIECE + 1 for one in tops)
    assert all(one[-1] == following[0] for one, following in pairwise(tops))
    if count > 1:
        assert [tops[0][0], *(point for one in tops for point in one[1:])] == course
    else:
        assert pieces == []


def test_dots_on_one_pixel_are_painted_once() -> None:
    points = [(3.1, 4.0), (3.2, 4.1), (9.0, 4.0), (NAN, 1.0)]
    assert len(dots(points)) == 2


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.floats(0, 1))
def test_a_pixel_is_the_place_that_is_drawn_there(
    qapp: QApplication, begin: float, length: float, share: float
) -> None:
    frame = Frame(begin, begin + length, 5.0, ((begin + length, "now"),), ((0.0, "0"), (5.0, "5")))
    plot = plotted(frame, QSize(300, 150), QFontMetrics(QFont()), True, True)
    place = begin + share * length
    assert plot.value(plot.at(place, 0).x()) == pytest.approx(place, abs=length / 1e6 + abs(begin) * 1e-9)
    assert plot.area.top() <= plot.at(place, 5.0).y() <= plot.at(place, 0.0).y() <= plot.area.bottom()


@pytest.fixture
def chart(qtbot: QtBot, dressed: QApplication) -> Chart:
    made = Chart(Words("Speed", lambda value: f"{value:g}", lambda at: f"{at:g}"))
    qtbot.addWidget(made)
    made.resize(301, 151)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.show()
    return made


def picture(chart: Chart) -> QImage:
    return chart.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def row(image: QImage, column: int, token: str) -> int:
    """Where in a column it is most like that colour of the theme."""
    wanted = QColor(getattr(colours(), token))

    def far(y: int) -> int:
        found = image.pixelColor(column, y)
        parts = (
            found.red() - wanted.red(),
            found.green() - wanted.green(),
            found.blue() - wanted.blue(),
        )
        return sum(map(abs, parts))

    return min(range(image.height()), key=far)


def is_empty(image: QImage, column: int, plot: Plot) -> bool:
    """Whether there is nothing above the axis."""
    ground = QColor(colours().raised).rgb()
    return all(image.pixel(column, y) == ground for y in range(round(plot.area.bottom()) - 1))


def test_lines_are_drawn_where_their_values_are(chart: Chart) -> None:
    flat = Line((-60.0, 0.0), (5.0, 5.0))
    chart.show_lines([flat, Line((-60.0, 0.0), (8.0, 8.0))], -60, 0, 10, ((-60.0, "-60"), (0.0, "now")))
    image, area = picture(chart), chart._plot.area
    middle = round(area.center().x())
    for token, value in (("accent", 5.0), ("good", 8.0)):
        assert abs(row(image, middle, token) - chart._plot.at(0, value).y()) <= 1
    ground = QColor(colours().raised)
    assert image.pixelColor(middle, round(chart._plot.at(0, 2.5).y())) != ground
    assert image.pixelColor(middle, round(chart._plot.at(0, 6.5).y())) == ground


def test_a_gap_is_a_gap(chart: Chart) -> None:
    line = Line((-60.0, -40.0, -30.0, -20.0, 0.0), (9.0, 9.0, NAN, 9.0, 9.0))
    chart.show_lines([line], -60, 0, 10, ())
    image, plot = picture(chart), chart._plot
    assert is_empty(image, round(plot.at(-30, 0).x()), plot)
    assert abs(row(image, round(plot.at(-50, 0).x()), "accent") - plot.at(0, 9).y()) <= 1


def test_single_values_are_dots_with_nothing_between(chart: Chart) -> None:
    chart.show_lines([Line((-60.0, -30.0, 0.0), (5.0, 5.0, 5.0))], -60, 0, 10, (), dotted=True)
    image, plot = picture(chart), chart._plot
    assert abs(row(image, round(plot.at(-30, 0).x()), "accent") - plot.at(0, 5).y()) <= 3
    assert is_empty(image, round(plot.at(-45, 0).x()), plot)


def test_nothing_to_show_and_no_room_are_no_trouble(chart: Chart) -> None:
    chart.show_lines([Line()], -60, 0, 10, ())
    chart.show_lines([Line((0.0,), (3.0,))], 0, 0, 10, ((0.0, "now"),))
    for size in (QSize(1, 1), QSize(60, 24), QSize(140, 80)):
        chart.resize(size)
        assert not picture(chart).isNull()


def test_labels_below_that_would_touch_are_left_out(chart: Chart) -> None:
    ticks = tuple((float(at), f"{at} minutes ago") for at in range(-60, 1, 15))
    chart.show_lines([Line((-60.0, 0.0), (1.0, 1.0))], -60, 0, 10, ticks)
    shown = chart._plot._shown_below(QFontMetrics(chart.font()))
    assert [text for _at, text in shown] == ["-60 minutes ago", "-30 minutes ago", "0 minutes ago"]
