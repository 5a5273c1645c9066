"""The roof over a model on this computer, from its file and from memory that was measured."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.models.memory.parts import Estimate
from qwendesk.models.model import Model
from qwendesk.monitor.metrics import Averages
from qwendesk.monitor.past import Past
from qwendesk.monitor.roofline import LEAST_TOKENS, Reached, Reading, Roofline, reading, roofline
from qwendesk.runtimes.forecast import Forecast
from qwendesk.system.bandwidth import bandwidth, is_known


@dataclass(frozen=True, slots=True)
class Recorded:
    """The last replies of a model with one runtime and one set of settings, under their roof."""

    runtime: str
    settings: str
    replies: int
    reading: Reading
    roofline: Roofline


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a loaded model before it answers: its memory, and its roof."""

    estimate: Estimate
    reading: Reading
    bandwidth: float


class Rooflines:
    """Methods block, and raise the Problems of reading a model's file."""

    def __init__(
        self,
        forecast: Forecast,
        past: Past,
        cache: Path,
        measured: Callable[[Path], float] = bandwidth,
    ) -> None:
        """`measured`: bytes a second that this computer's memory moves, by the cache"
        " folder that keeps them."""
        self._forecast, self._past, self._cache, self._measured = forecast, past, cache, measured

    @property
    def is_measured(self) -> bool:
        """Whether the bandwidth is known; else measuring takes most of a second, once. Does not block."""
        return is_known(self._cache)

    def bandwidth(self) -> float:
        """Bytes a second."""
        return self._measured(self._cache)

    def reading(self, model: Model, runtime: str, options: Mapping[str, Any] | None = None) -> Reading:
        """What one token makes memory read, with the model loaded like this."""
        return reading(self._forecast.facts(model), self._forecast.estimate(model, runtime, options))

    def expected(self, model: Model, runtime: str, options: Mapping[str, Any]) -> Expected:
        """All that a dashboard wants to know of a model loaded like this."""
        estimate = self._forecast.estimate(model, runtime, options)
        return Expected(estimate, reading(self._forecast.facts(model), estimate), self.bandwidth())

    def recorded(self, model: Model) -> list[Recorded]:
        """What was reached so far, the settings used last first; runtimes that are gone are left out."""
        own = [one for one in self._past.averages() if one.whose.model == model.name]
        found = ((one, mean) for one in own if (mean := _mean(one)) is not None)
        recorded = (self._recorded(model, one, mean) for one, mean in found)
        return [one for one in recorded if one is not None]

    def _recorded(self, model: Model, one: Averages, mean: Reached) -> Recorded | None:
        whose = one.whose
        try:
            read = self.reading(model, whose.runtime, json.loads(whose.settings))
        except Problem as problem:
            if problem.id == "runtime_unknown":
                return None
            raise
        roof = roofline(self.bandwidth(), read, mean)
        return Recorded(whose.runtime, whose.settings, one.replies, read, roof)


def _mean(one: Averages) -> Reached | None:
    """Of the last replies; how many tokens a pass brought is not recorded and counts as one."""
    last = one.last
    if "decode_tps" not in last or last["completion_tokens"].mean < LEAST_TOKENS:
        return None
    tokens = last["completion_tokens"].mean
    depth = last["prompt_tokens"].mean + tokens / 2
    return Reached(last["decode_tps"].mean, round(tokens * last["decode_tps"].count), depth)
