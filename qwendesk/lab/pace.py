"""How far a benchmark is, and how long the rest will take."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from qwendesk.api.speed import SpeedRequest
from qwendesk.lab.benchplan import Arm, Step


class Pace:
    """A step takes as long as its earlier repetitions took on average, and one that is new as all others."""

    def __init__(self, steps: Sequence[Step], clock: Callable[[], float] = time.monotonic) -> None:
        self._steps, self._clock = steps, clock
        self._took: dict[tuple[Arm, SpeedRequest], list[float]] = {}
        self.done = 0

    @property
    def total(self) -> int:
        return len(self._steps)

    @property
    def rounds(self) -> int:
        """How often every measurement is repeated."""
        return self._steps[-1].round + 1 if self._steps else 0

    @property
    def seconds_left(self) -> float | None:
        """None before anything was done."""
        means = {key: statistics.fmean(took) for key, took in self._took.items()}
        if not means:
            return None
        usual = statistics.fmean(means.values())
        return sum(means.get((one.arm, one.case), usual) for one in self._steps[self.done :])

    @contextmanager
    def taking(self, step: Step) -> Iterator[None]:
        """Within it a step is taken."""
        began = self._clock()
        yield
        self._took.setdefault((step.arm, step.case), []).append(self._clock() - began)
        self.done += 1
