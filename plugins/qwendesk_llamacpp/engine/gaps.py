"""Images in a sequence: they fill more cells of the context than they take positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """An image from cell `start` on."""

    start: int
    cells: int
    places: int


def position(cell: int, gaps: Sequence[Gap]) -> int:
    """Where in the model's positions a cell lies that is inside no image."""
    return cell - sum(one.cells - one.places for one in gaps if one.start < cell)


def whole(count: int, gaps: Sequence[Gap]) -> int:
    """The most of the first `count` cells that holds no part of an image."""
    return next((one.start for one in gaps if one.start < count < one.start + one.cells), count)
