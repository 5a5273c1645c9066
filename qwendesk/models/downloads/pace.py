"""How long a download waits, and how fast it may go."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_S = 10.0
_STEP_S = 0.25


class Stopped(Exception):
    """The download was told to stop: paused, cancelled, or the application closes. What is there is kept."""


@dataclass(frozen=True, slots=True)
class Patience:
    """When to give up on a connection and on a file.

    Args:
        stall_s: without a byte for so long, the connection is made anew.
        crawl: fewer bytes a second than this, for `stall_s`, are no connection either.
        tries: so many failures in a row, with no new byte between them, end the attempt.
        first_wait_s, most_wait_s: the wait after a failure doubles from the first to the most.
        longest_wait_s: what a hub may ask for at most (Retry-After).
    """

    stall_s: float = 30.0
    crawl: float = 128.0
    tries: int = 8
    first_wait_s: float = 1.0
    most_wait_s: float = 60.0
    longest_wait_s: float = 3600.0

    def wait_after(self, failures: int, asked: float = 0.0) -> float:
        """Seconds to wait after that many failures in a row; the hub's own wish holds."""
        if asked > 0:
            return min(asked, self.longest_wait_s)
        wait = min(self.first_wait_s * 2.0 ** (failures - 1), self.most_wait_s)
        # Many clients that lost one hub at one moment should not come back at one moment.
        return wait * random.uniform(0.75, 1.0)  # noqa: S311


class Speed:
    """Bytes a second over the last ten seconds: what a person sees, so pauses count as well."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._start = clock()
        self._steps: deque[tuple[float, int]] = deque()
        self._sum = 0

    def count(self, received: int) -> None:
        with self._lock:
            now = self._clock()
            self._sum += received
            if self._steps and now - self._steps[-1][0] < _STEP_S:
                self._steps[-1] = (self._steps[-1][0], self._steps[-1][1] + received)
            else:
                self._steps.append((now, received))

    def rate(self) -> float:
        """Bytes a second; 0.0 before anything came."""
        with self._lock:
            now = self._clock()
            while self._steps and now - self._steps[0][0] > WINDOW_S:
                self._sum -= self._steps.popleft()[1]
            return self._sum / max(min(now - self._start, WINDOW_S), _STEP_S)


class Bandwidth:
    """A limit that all files share. `limit` gives bytes a second, or 0 for none; it is asked each time."""

    def __init__(self, limit: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._free_at = 0.0

    def wait_for(self, received: int) -> float:
        """Seconds to wait before reading on, after that many bytes came."""
        limit = self._limit()
        if limit <= 0:
            return 0.0
        with self._lock:
            now = self._clock()
            self._free_at = max(self._free_at, now) + received / limit
            return self._free_at - now
