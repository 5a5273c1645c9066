"""One measurement of speed as it grows, repetition by repetition, into a row of the book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qwendesk.api.problem import Note
from qwendesk.api.speed import Speed, SpeedRequest
from qwendesk.lab.benchplan import LOAD_SETTINGS, Arm
from qwendesk.lab.interval import middle
from qwendesk.lab.measured import Row, Subject
from qwendesk.lab.sensors import Moment
from qwendesk.monitor.roofline import Reached, Reading, Roofline


class Tally:
    """What is known of one arm and one of its cases.

    Attributes:
        loaded: the load options that the engine honoured.
        reading: what memory gives for a token, and `bandwidth` bytes a second; None where nobody can tell.
        over: nothing more is measured of it.
        count: repetitions that were taken.
        row: as it was written last.
    """

    def __init__(self, arm: Arm, case: SpeedRequest, subject: Subject) -> None:
        self.arm, self.case, self.subject = arm, case, subject
        self.loaded: Mapping[str, Any] = arm.options
        self.reading: Reading | None = None
        self.bandwidth = 0.0
        self.over = False
        self.count = 0
        self.row: Row | None = None
        self._problem: Note | None = None
        self._read: list[float] = []
        self._written: list[float] = []
        self._joules: list[float] = []
        self._loads: list[float] = []
        self._moments: list[Moment] = []

    def add(self, speed: Speed, joules: float | None, moment: Moment) -> None:
        """One repetition; `joules` per written token."""
        self.count += 1
        self._read += [speed.read.rate] if speed.read is not None else []
        self._written += [speed.written.rate] if speed.written is not None else []
        self._joules += [joules] if joules is not None else []
        self._moments.append(moment)

    def add_load(self, seconds: float | None) -> None:
        """It was loaded for this."""
        self._loads += [seconds] if seconds is not None else []

    def fail(self, problem: Note) -> None:
        """It ends here. What was measured before stays; the problem counts where nothing was."""
        self.over = True
        self._problem = None if self.count else problem

    @property
    def settings(self) -> dict[str, Any]:
        """What was measured, with load options as they were honoured."""
        return self._settings(self.loaded)

    def unloaded(self, machine: str) -> Row:
        """The row of an earlier run that could not load it, and knew only what was asked for."""
        return Row("speed", self.subject, self._settings(self.arm.options), machine, 0.0)

    def _settings(self, options: Mapping[str, Any]) -> dict[str, Any]:
        case = self.case
        lengths = {"prompt": case.prompt, "decode": case.decode, "depth": case.depth, "batch": case.batch}
        return lengths | {name: options[name] for name in LOAD_SETTINGS if name in options}

    def write(self, machine: str, now: float) -> Row:
        """The row, as far as it is."""
        result = self._result() if self._problem is None else {}
        self.row = Row("speed", self.subject, self.settings, machine, now, result, self._problem)
        return self.row

    def _result(self) -> dict[str, Any]:
        return {
            "prompt_tps": list(self._read),
            "decode_tps": list(self._written),
            "load_s": list(self._loads),
            "peak_bytes": max((one.bytes for one in self._moments), default=0) or None,
            "joules_per_token": list(self._joules) or None,
            "temperature": _range(one.temperature for one in self._moments),
            "clock_mhz": _range(one.clock for one in self._moments),
            "roofline_share": self._share(),
        }

    def _share(self) -> float | None:
        """Of what memory could give: the weights are read once for all requests of a batch."""
        decode, read, case = middle(self._written), self.reading, self.case
        if decode is None or read is None or read.on_card:
            return None
        depth = max(case.depth, 1) + case.decode / 2
        reached = Reached(decode.value, case.decode, depth)
        return Roofline(self.bandwidth, read.weights / case.batch, read.cache(depth), depth, reached).share


def _range(values: Iterable[float | None]) -> list[float] | None:
    told = [one for one in values if one is not None]
    return [min(told), max(told)] if told else None
