"""Counters that only grow, as rates."""

from __future__ import annotations


class Rate:
    """A counter's growth per second between one reading and the next; None first, or after a reset."""

    def __init__(self) -> None:
        self._before: tuple[float, float] | None = None

    def __call__(self, now: float, counter: float) -> float | None:
        """`now` in seconds on any clock that only grows."""
        before, self._before = self._before, (now, counter)
        if before is None or now <= before[0] or counter < before[1]:
            return None
        return (counter - before[1]) / (now - before[0])
