"""Images and recordings in a sequence: never cut, and an image fills more cells than it takes positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """One of them, from cell `start` on."""

    start: int
    cells: int
    places: int


def position(cell: int, spans: Sequence[Span]) -> int:
    """Where in the model's positions a cell lies that is inside no span."""
    return cell - sum(one.cells - one.places for one in spans if one.start < cell)


def whole(count: int, spans: Sequence[Span]) -> int:
    """The most of the first `count` cells that ends inside no span."""
    return next((one.start for one in spans if one.start < count < one.start + one.cells), count)
