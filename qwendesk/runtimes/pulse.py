"""When the tokens of a session's replies came: kept for whoever looks once in a while."""

from __future__ import annotations

import threading
from collections import deque
from itertools import islice

from qwendesk.api.reply import Delta

MOST = 4096
"""More than a fast model makes between two looks."""


class Pulse:
    """The newest tokens as (reply, seconds on the monotonic clock). Any thread may call its methods."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: deque[tuple[int, float]] = deque(maxlen=MOST)
        self._count = 0

    @property
    def count(self) -> int:
        """How many tokens there were, ever."""
        return self._count

    def beat(self, reply: int, delta: Delta) -> None:
        """Tokens of a reply came."""
        with self._lock:
            self._newest.extend((reply, at) for at in _times(delta))
            self._count += delta.tokens

    def since(self, count: int) -> tuple[int, list[tuple[int, float]]]:
        """How many there are by now, and those that came after the first `count`, as far as they are kept."""
        with self._lock:
            new = min(self._count - count, len(self._newest))
            return self._count, list(islice(self._newest, len(self._newest) - new, None)) if new > 0 else []


def _times(delta: Delta) -> tuple[float, ...]:
    """Of every token; where an older worker does not tell them, evenly between the first and the last."""
    if len(delta.times) == delta.tokens:
        return delta.times
    step = (delta.last - delta.first) / max(delta.tokens - 1, 1)
    return tuple(delta.first + step * n for n in range(delta.tokens))
