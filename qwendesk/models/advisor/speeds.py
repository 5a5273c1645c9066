"""How fast replies really were here, and what that says of other models."""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable

from qwendesk.api.problem import Problem
from qwendesk.api.reply import Finished
from qwendesk.models.model import Model
from qwendesk.models.reading import read_facts
from qwendesk.store.speeds import SpeedRows

_LEAST_TOKENS = 16
# Below this a token costs more in other work than in reading weights, and tells nothing about large models.
_LEAST_BYTES = 100 << 20
_LAST = 20
_log = logging.getLogger(__name__)


class Speeds:
    """Speeds by model and runtime. No method raises; any thread may call them."""

    def __init__(self, rows: SpeedRows, clock: Callable[[], float] = time.time) -> None:
        self._rows, self._clock = rows, clock

    def keep(self, model: Model, runtime: str, finished: Finished) -> None:
        """Remember a reply that was long enough to tell something."""
        rate, tokens = finished.timings.decode_tps, finished.usage.completion_tokens
        if rate is None or rate <= 0 or tokens < _LEAST_TOKENS or model.bundled:
            return
        try:
            read = read_facts(model.path).bytes_per_token
            self._rows.insert((self._clock(), str(model.path), runtime, tokens, rate, read))
        except Problem as problem:
            _log.warning("A speed was not kept: %s", problem.id)

    def efficiency(self, bandwidth: float) -> float | None:
        """The share of the memory's bandwidth that decoding reached: the median of the last replies."""
        try:
            rows = self._rows.last(_LAST)
        except Problem:
            return None
        shares = [
            row["tokens_per_s"] * row["bytes_per_token"] / bandwidth
            for row in rows
            if row["bytes_per_token"] >= _LEAST_BYTES
        ]
        # A card, or a cache, can make it seem more than there is; a figure that is absurd helps nobody.
        return min(max(statistics.median(shares), 0.05), 3.0) if shares else None
