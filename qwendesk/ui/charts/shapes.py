"""Lines as Qt draws them fast: no more points than there are pixels to tell them apart, cut where they break.

A line becomes its first, lowest, highest and last point within each column of pixels: the picture is the same
(Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014). What is below it is
filled a few points at a time, because Qt's time to fill a polygon grows with the square of its corners.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

Point = tuple[float, float]
"""Pixels across and down. A QPointF costs as much as all that is done with it here."""
PIECE = 32
"""Points that are filled together."""


def courses(points: Iterable[Point]) -> list[list[Point]]:
    """The stretches between points that are none (NaN), thinned. Points go from left to right."""
    return [list(_thinned(stretch)) for known, stretch in groupby(points, _is_known) if known]


def _is_known(point: Point) -> bool:
    return math.isfinite(point[0] + point[1])


def _thinned(points: Iterable[Point]) -> Iterator[Point]:
    for _column, found in groupby(points, _column_of):
        inside = list(found)
        if len(inside) > 2:
            low, high = min(inside, key=_down), max(inside, key=_down)
            between = [one for one in inside[1:-1] if one is low or one is high]
            inside = [inside[0], *between, inside[-1]]
        yield from inside


def _column_of(point: Point) -> int:
    return math.floor(point[0])


def _down(point: Point) -> float:
    return point[1]


def polygon(points: Iterable[Point]) -> QPolygonF:
    """The same for Qt."""
    return QPolygonF([QPointF(x, y) for x, y in points])


def below(course: Sequence[Point], bottom: float) -> list[QPolygonF]:
    """What lies between a course and the bottom, in pieces that meet without a gap."""
    ends = [*range(0, len(course) - 1, PIECE), len(course) - 1]
    return [_piece(course[first : last + 1], bottom) for first, last in pairwise(ends)]


def _piece(points: Sequence[Point], bottom: float) -> QPolygonF:
    return polygon([(points[0][0], bottom), *points, (points[-1][0], bottom)])


def dots(points: Iterable[Point]) -> list[Point]:
    """One of those that would be painted over each other."""
    return list({(round(one[0]), round(one[1])): one for one in points if _is_known(one)}.values())
