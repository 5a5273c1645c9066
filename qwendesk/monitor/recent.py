"""The last replies of what is loaded now, for judging how it does."""

from __future__ import annotations

import statistics
import threading
from collections import deque

from qwendesk.api.reply import Finished
from qwendesk.runtimes.session import ReplyFinished

LAST = 5
_LEAST_TOKENS = 8
"""A shorter reply tells nothing about speed."""


class Recent:
    """Listens to the bus; any thread may ask."""

    def __init__(self) -> None:
        self._replies: dict[int, deque[Finished]] = {}
        self._lock = threading.Lock()

    def heard(self, event: object) -> None:
        if isinstance(event, ReplyFinished):
            with self._lock:
                self._replies.setdefault(event.session, deque(maxlen=LAST)).append(event.finished)

    def ttft_s(self, session: int) -> float | None:
        """The median of the time to first token, in seconds; None where nothing was said yet."""
        found = [one.timings.ttft_s for one in self._of(session)]
        return _median([one for one in found if one is not None])

    def decode_tps(self, session: int) -> float | None:
        """The median decode speed, in tokens a second."""
        long = [one for one in self._of(session) if one.usage.completion_tokens >= _LEAST_TOKENS]
        return _median([one.timings.decode_tps for one in long if one.timings.decode_tps is not None])

    def _of(self, session: int) -> list[Finished]:
        with self._lock:
            return list(self._replies.get(session, ()))


def _median(values: list[float]) -> float | None:
    return statistics.median(values) if values else None
