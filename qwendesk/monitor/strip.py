"""The tokens of one reply, each with the time it took."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from qwendesk.monitor.sample import Burst

MOST = 2048
SLOW = 2.0
SLOW_S = 0.005
"""Below this nobody sees a token stumble, whatever the others took."""


@dataclass(frozen=True, slots=True)
class Latencies:
    """Seconds between each token and the one before it; `first` is the number of the first that is kept.

    A token is slow that took more than twice the median and at least 5 ms longer than it.
    """

    gaps: tuple[float, ...] = ()
    first: int = 1

    @property
    def median(self) -> float | None:
        return statistics.median(self.gaps) if self.gaps else None

    @property
    def limit(self) -> float:
        """From there on a token is slow."""
        median = self.median or 0.0
        return max(SLOW * median, median + SLOW_S)

    @property
    def slow(self) -> int:
        """How many are."""
        limit = self.limit
        return sum(one > limit for one in self.gaps)

    def newest(self, count: int) -> Latencies:
        """Only the last so many."""
        dropped = max(len(self.gaps) - count, 0)
        return Latencies(self.gaps[dropped:], self.first + dropped)


class Strip:
    """Follows the reply that began last, of all sessions."""

    def __init__(self) -> None:
        self._whose: tuple[int, int] | None = None
        self._gaps: deque[float] = deque(maxlen=MOST)
        self._count = 0

    def add(self, session: int, bursts: Sequence[Burst]) -> None:
        """What came of a session's replies since the sample before."""
        for burst in bursts:
            if burst.begins or self._whose is None:
                self._whose = (session, burst.reply)
                self._gaps.clear()
                self._count = 0
            if (session, burst.reply) == self._whose:
                self._gaps.extend(burst.gaps)
                self._count += len(burst.gaps)

    @property
    def latencies(self) -> Latencies:
        # The second token is the first with one before it.
        return Latencies(tuple(self._gaps), self._count - len(self._gaps) + 2)
