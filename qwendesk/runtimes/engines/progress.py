"""How far uv is: what it says of packages, and how many bytes are on the disk by now."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from qwendesk.runtimes.engines import disk
from qwendesk.runtimes.engines.events import EngineAdvanced, Step
from qwendesk.runtimes.engines.plan import Plan
from qwendesk.runtimes.engines.wish import normal

_LINE = re.compile(r"\s*(Downloading|Downloaded|Building|Built|Prepared|Installed)\s+(\S+)")
_MEASURE_S = 0.5
_FETCHED = 0.95
"""So much of the way is fetching and unpacking; the rest is linking and the test."""


class Progress:
    """Hears uv's lines on one thread and measures on another; tells the bus."""

    def __init__(self, plan: Plan, cache: Path, tell: Callable[[EngineAdvanced], None]) -> None:
        self._plan, self._cache, self._tell = plan, cache, tell
        self._before = disk.footprint(cache)
        self._measured = 0.0
        self._step: Step = "fetching"
        self._package = ""
        self.fetched: list[str] = []
        """Normal names of packages that uv said it has downloaded; it says so of the larger ones."""

    def line(self, line: str) -> None:
        found = _LINE.match(line)
        if found is None:
            return
        what, name = found.groups()
        if what in ("Downloading", "Building"):
            self._step = "compiling" if what == "Building" else "fetching"
            self._package = name
        elif what == "Downloaded":
            self.fetched.append(normal(name))

    def measure(self) -> None:
        """Tell how far it is, twice a second."""
        if (now := time.monotonic()) - self._measured >= _MEASURE_S:
            self._measured = now
            self.tell()

    def tell(self) -> None:
        grown, total = max(0, disk.footprint(self._cache) - self._before), self._plan.on_disk
        share = min(1.0, grown / total) * _FETCHED if total and self._step != "compiling" else None
        runtime, name = self._plan.wish.spec.id, self._plan.name
        self._tell(EngineAdvanced(runtime, name, self._step, share, grown, total, self._package))
