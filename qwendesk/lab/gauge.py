"""Joules while something is measured, as far as this computer tells them."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Callable

from qwendesk.api.speed import Span
from qwendesk.system.energy import Energy

_LOOK_S = 0.1
_LEAST_S = 2 * _LOOK_S
"""Counters move in steps; of less time than this they tell nothing."""


class Gauge:
    """A context in which a thread looks at the counters of energy ten times a second, if there are any."""

    def __init__(
        self,
        energy: Energy | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._energy = energy or Energy()
        self._clock = clock
        self._times: list[float] = []
        self._joules: list[float] = []
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="gauge", daemon=True)

    def __enter__(self) -> Gauge:
        if self._energy.is_known:
            self.look()
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(_LOOK_S):
            self.look()

    def look(self) -> None:
        """Read the counters now."""
        with self._lock:
            joules = self._energy.joules()
            if joules is not None:
                self._times.append(self._clock())
                self._joules.append(joules)

    def joules_per_token(self, span: Span | None) -> float | None:
        """What the computer used within a span that is over, its idling included; None where unknown."""
        if span is None or span.ended - span.began < _LEAST_S or not self._energy.is_known:
            return None
        self.look()
        with self._lock:
            began, ended = self._at(span.began), self._at(span.ended)
        return (ended - began) / span.tokens if began is not None and ended is not None else None

    def _at(self, moment: float) -> float | None:
        """The counter; between two looks in proportion to the time, outside of them None."""
        at = bisect_left(self._times, moment)
        if at == len(self._times) or (at == 0 and self._times[0] > moment):
            return None
        if self._times[at] == moment:
            return self._joules[at]
        before, after = self._times[at - 1], self._times[at]
        share = (moment - before) / (after - before)
        return self._joules[at - 1] + share * (self._joules[at] - self._joules[at - 1])
