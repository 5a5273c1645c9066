"""How far a batch is, and how fast it goes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from qwendesk.api.problem import Note

Phase = Literal["counting", "loading", "asking", "complete"]
_WINDOW_S, _LEAST_ROWS, _SAMPLE_S = 30.0, 8, 0.25


@dataclass(frozen=True, slots=True)
class Progress:
    """A batch at one moment.

    Args:
        done: rows that are in the file of results, those that failed included.
        total: rows in all; None while they are counted.
        rate: rows a second, lately; None where nothing was measured yet. tokens_per_s: the same for
            generated tokens of all rows that are on their way.
        left_s: seconds until the end at this rate.
        row, problem: the last row that failed in this run, and why.
    """

    phase: Phase
    done: int = 0
    failed: int = 0
    total: int | None = None
    rate: float | None = None
    tokens_per_s: float | None = None
    left_s: float | None = None
    row: int | None = None
    problem: Note | None = None


class _Sample(NamedTuple):
    at: float
    rows: int
    tokens: int


class Pace:
    """Rates over the last half minute, or over the last rows where they are slower than that.

    What is measured begins with the first question.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._samples: deque[_Sample] = deque()

    def rates(self, rows: int, tokens: int) -> tuple[float | None, float | None]:
        """Rows and tokens a second, with so many of both by now; None where none came."""
        now = _Sample(self._clock(), rows, tokens)
        if not self._samples:
            self._samples.append(now)
        self._keep(now)
        first = self._samples[0]
        passed = now.at - first.at
        if passed <= 0:
            return None, None
        gained, made = rows - first.rows, tokens - first.tokens
        return gained / passed if gained else None, made / passed if made else None

    def _keep(self, now: _Sample) -> None:
        last = self._samples[-1]
        if now.rows > last.rows and now.at - last.at >= _SAMPLE_S:
            self._samples.append(now)
        while len(self._samples) > 1 and self._is_enough(now, self._samples[1]):
            self._samples.popleft()

    @staticmethod
    def _is_enough(now: _Sample, second: _Sample) -> bool:
        return now.at - second.at >= _WINDOW_S and now.rows - second.rows >= _LEAST_ROWS
