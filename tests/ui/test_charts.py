"""Lines over time: as few points as tell the same, gaps, axes, and the pixels that come of them."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qwendesk.monitor.live import Line
from qwendesk.ui.charts.chart import Chart, Words
from qwendesk.ui.charts.curves import draw_lines
from qwendesk.ui.charts.plot import Frame, Plot, plotted
from qwendesk.ui.charts.shapes import PIECE, Point, below, courses, dots
from qwendesk.ui.theme.style import colours, theme, tick_font

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
    chart.show_lines([Line((0.0,), (3.0,))], 0, 0, 0, ((0.0, "now"),))
    for size in (QSize(1, 1), QSize(60, 24), QSize(140, 80)):
        chart.resize(size)
        assert not picture(chart).isNull()


def test_a_value_that_stands_alone_is_a_dot(chart: Chart) -> None:
    chart.show_lines([Line((-30.0,), (5.0,))], -60, 0, 10, ())
    image, plot = picture(chart), chart._plot
    assert abs(row(image, round(plot.at(-30, 0).x()), "accent") - plot.at(0, 5).y()) <= 3
    assert is_empty(image, round(plot.at(-40, 0).x()), plot)


def test_what_is_below_a_long_line_is_filled_to_its_end(chart: Chart) -> None:
    ages = tuple(float(at) for at in range(-99, 1))
    chart.show_lines([Line(ages, (8.0,) * 100)], -99, 0, 10, ())
    image, plot = picture(chart), chart._plot
    ground = QColor(colours().raised)
    for at in (-98, -50, -1):
        assert image.pixelColor(round(plot.at(at, 0).x()), round(plot.at(0, 4).y())) != ground


def test_the_first_line_is_in_front_and_a_second_one_keeps_its_colour(chart: Chart) -> None:
    both = Line((-60.0, 0.0), (5.0, 5.0))
    chart.show_lines([both, both], -60, 0, 10, ())
    assert hue(picture(chart), chart._plot) == "accent"
    chart.show_lines([Line((-60.0,), (9.0,)), both], -60, 0, 10, (), dotted=True)
    assert hue(picture(chart), chart._plot) == "good"


def hue(image: QImage, plot: Plot) -> str:
    """Which line's colour there is at half height."""
    column, middle = round(plot.at(-30, 0).x()), round(plot.at(0, 5).y())
    ground = QColor(colours().raised)
    painted = [image.pixelColor(column, y) for y in (middle, middle - 1)]
    found = next(one for one in painted if one != ground)
    tokens = {token: QColor(getattr(colours(), token)).hue() for token in ("accent", "good", "warn")}
    return min(tokens, key=lambda token: abs(tokens[token] - found.hue()))


def test_axes_have_labels_that_stand_apart_and_within_the_chart(chart: Chart) -> None:
    ticks = ((-60.0, "−60 s"), (-30.0, "−30 s"), (0.0, "now"))
    chart.show_lines([Line((-60.0, 0.0), (1.0, 1.0))], -60, 0, 10, ticks)
    for size in (QSize(140, 101), QSize(301, 151), QSize(900, 400)):
        chart.resize(size)
        told = list(chart._plot.labels(QFontMetrics(tick_font(chart.font()))))
        assert [text for _box, _where, text in told if "s" not in text] == ["0", "5", "10", "now"]
        boxes = [box for box, _where, _text in told]
        assert all(QRectF(chart.rect()).adjusted(0, -2, 1, 1).contains(box) for box in boxes)
        assert not [pair for pair in combinations(boxes, 2) if pair[0].intersects(pair[1])]
        image = picture(chart)
        for box in boxes:
            assert len({image.pixel(x, y) for x, y in pixels(image, box)}) > 1


def pixels(image: QImage, box: QRectF) -> list[tuple[int, int]]:
    inside = box.toRect().intersected(image.rect())
    return [
        (x, y)
        for x in range(inside.left(), inside.right() + 1)
        for y in range(inside.top(), inside.bottom() + 1)
    ]


def test_a_chart_without_room_has_no_axes(chart: Chart) -> None:
    chart.show_lines([Line((-60.0, 0.0), (1.0, 1.0))], -60, 0, 10, ((0.0, "now"),))
    chart.resize(301, 60)
    assert list(chart._plot.labels(QFontMetrics(chart.font()))) == []


def test_what_one_points_at_is_marked_where_it_is_drawn(chart: Chart) -> None:
    chart.show_lines([Line((-60.0, -30.0, 0.0), (2.0, 5.0, 8.0))], -60, 0, 10, ())
    QTest.mouseMove(chart, chart._plot.at(-29, 0).toPoint())
    assert chart.hovered == "5 · -30"
    assert chart._hover._dots == (chart._plot.at(-30, 5),)
    QTest.mouseMove(chart, QPoint(chart.width() - 1, 5))
    (newest,) = chart._hover._dots
    assert newest.x() + 3 <= chart.width()


def test_another_theme_or_font_is_drawn_at_once(chart: Chart, dressed: QApplication) -> None:
    chart.show_lines([Line((-60.0, 0.0), (5.0, 5.0))], -60, 0, 10, ((-60.0, "-60"), (0.0, "now")))
    before = picture(chart).pixelColor(2, 2)
    theme.apply(dressed, "light")
    try:
        theme.changed.emit()
        after = picture(chart).pixelColor(2, 2)
    finally:
        theme.apply(dressed, "dark")
        theme.changed.emit()
    assert before != after == QColor("#ffffff")
    left = chart._plot.area.left()
    font = QFont(chart.font())
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 5)
    chart.setFont(font)
    assert chart._plot.area.left() > left


def test_a_line_is_a_pixel_of_the_screen_wide_however_it_is_scaled(dressed: QApplication) -> None:
    plot = plotted(Frame(-60, 0, 10), QSize(100, 50), QFontMetrics(QFont()), False, False)
    lines = [Line(), Line((-60.0, 0.0), (5.0, 5.0))]
    for ratio in (1, 2, 3):
        image = QImage(100 * ratio, 50 * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor("black"))
        painter = QPainter(image)
        draw_lines(painter, plot, lines)
        painter.end()
        greens = [image.pixelColor(50 * ratio, y).green() for y in range(image.height())]
        assert sum(greens) / QColor(colours().good).green() == pytest.approx(1, abs=0.2)


def test_a_chart_shows_that_the_keyboard_is_in_it(chart: Chart, qtbot: QtBot) -> None:
    before = chart.grab().toImage().pixelColor(0, 0)
    chart.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    chart.activateWindow()
    chart.setFocus()
    qtbot.waitUntil(chart.hasFocus)
    assert chart.grab().toImage().pixelColor(0, 0) == QColor(colours().accent) != before


def test_labels_below_that_would_touch_are_left_out(chart: Chart) -> None:
    ticks = tuple((float(at), f"{at} minutes ago") for at in range(-60, 1, 15))
    chart.show_lines([Line((-60.0, 0.0), (1.0, 1.0))], -60, 0, 10, ticks)
    told = [text for _box, _where, text in chart._plot.labels(QFontMetrics(tick_font(chart.font())))]
    assert told == ["0", "5", "10", "-60 minutes ago", "-30 minutes ago", "0 minutes ago"]
