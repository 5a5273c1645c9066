"""The last hour as the dashboards show it: courses of a few figures, the last replies, the newest tokens.

Each span of time is drawn from at most 300 points, each the mean over a step that begins at a multiple of its
length: a point, once it is past, never changes, and drawing costs the same for a minute and for an hour.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qwendesk.monitor.roofline import Reached, reached, together
from qwendesk.monitor.sample import Sample, WorkerSample
from qwendesk.monitor.strip import Latencies, Strip
from qwendesk.runtimes.session import ReplyFinished

SPANS: Mapping[int, int] = {60: 1, 300: 1, 900: 3, 3600: 12}
"""Seconds that are shown, and the seconds of a point."""
GAP_S = 15.0
"""Without a sample for so long a line is broken: nobody looked. Hidden, the sampler looks every 5 s."""
LAST = 20
QUIET = 0.4
"""The share of the processor below which memory can be measured."""
UNITS: Mapping[str, str] = {
    "tokens_per_s": "tok/s",
    "memory": "bytes",
    "worker_cores": "cores",
    "cores": "cores",
    "memory_used": "bytes",
    "temperature": "°C",
    "power_w": "W",
    "gpu_busy": "share",
    "gpu_memory": "bytes",
    "gpu_power_w": "W",
    "gpu_temperature": "°C",
}
"""The figures and their units. Those of a card carry its number behind a dot: "gpu_busy.0"."""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure's course: seconds since the newest sample (0 or less), and values; NaN breaks the line."""

    ages: tuple[float, ...] = ()
    values: tuple[float, ...] = ()

    @property
    def known(self) -> tuple[float, ...]:
        return tuple(one for one in self.values if not math.isnan(one))


@dataclass(slots=True)
class _Step:
    number: int
    count: int
    at: float
    sums: dict[str, tuple[int, float]]

    def add(self, at: float, values: Mapping[str, float]) -> None:
        self.count += 1
        self.at += (at - self.at) / self.count
        for name, value in values.items():
            count, total = self.sums.get(name, (0, 0.0))
            self.sums[name] = (count + 1, total + value)


class Steps:
    """Means over steps of the same length, the newest of them."""

    def __init__(self, length: int, count: int) -> None:
        self._length = length
        self._steps: deque[_Step] = deque(maxlen=count + 1)

    def add(self, at: float, values: Mapping[str, float]) -> None:
        """Values at a moment, which is not before the last one."""
        number = int(at // self._length)
        if not self._steps or self._steps[-1].number != number:
            self._steps.append(_Step(number, 0, at, {}))
        self._steps[-1].add(at, values)

    def line(self, name: str, newest: float, span: float) -> Line:
        ages, values = [], []
        before = None
        for step in self._steps:
            found = step.sums.get(name)
            if found is None or step.at < newest - span:
                continue
            if before is not None and step.at - before > GAP_S + self._length:
                ages.append(step.at - newest)
                values.append(math.nan)
            ages.append(step.at - newest)
            values.append(found[1] / found[0])
            before = step.at
        return Line(tuple(ages), tuple(values))


class Live:
    """Hears samples and replies, and answers what there is to draw. For one thread."""

    def __init__(self) -> None:
        self.sample: Sample | None = None
        self.worker: WorkerSample | None = None
        """The one that the cards about a model are about: whose reply began last, as long as it is there."""
        self.reply: ReplyFinished | None = None
        self.others: float | None = None
        """Cores that everything but the workers used, on average while the last reply ran."""
        self._strip = Strip()
        self._steps = _no_steps()
        self._replies: dict[int, deque[Reached]] = {}
        self._while: list[float] = []

    def add(self, sample: Sample) -> None:
        """What the sampler saw."""
        if self.sample is not None and sample.at == self.sample.at:
            return
        if self.sample is not None and sample.at < self.sample.at:
            self._steps = _no_steps()  # the clock was set back: they lie in the future
        self.sample = sample
        self._choose(sample)
        for worker in sample.workers:
            self._strip.add(worker.session, worker.bursts)
        self._watch_others(sample)
        values = figures(sample, self.worker)
        for steps in self._steps.values():
            steps.add(sample.at, values)

    def _choose(self, sample: Sample) -> None:
        begun = [one for one in sample.workers if any(burst.begins for burst in one.bursts)]
        kept = [one for one in sample.workers if self.worker and one.session == self.worker.session]
        self.worker = next(iter([*begun[-1:], *kept, *sample.workers[-1:]]), None)

    def _watch_others(self, sample: Sample) -> None:
        running = any(one.running or one.bursts for one in sample.workers)
        busy = figures(sample, None)
        if not running or "cores" not in busy:
            return
        if any(burst.begins for one in sample.workers for burst in one.bursts):
            self._while = []
        self._while.append(max(busy["cores"] - busy.get("worker_cores", 0.0), 0.0))
        self.others = sum(self._while) / len(self._while)

    def replied(self, event: ReplyFinished) -> None:
        """A reply is over."""
        self.reply = event
        found = reached(event.finished)
        if found is not None:
            self._replies.setdefault(event.session, deque(maxlen=LAST)).append(found)

    @property
    def quiet(self) -> bool:
        """Whether no reply runs, and most of the processor rests."""
        sample = self.sample
        if sample is None or any(one.running for one in sample.workers):
            return False
        return (sample.machine.busy or 0.0) < QUIET

    @property
    def reached(self) -> Reached | None:
        """What the last replies of the worker reached together."""
        return together(self._replies.get(self.worker.session, ())) if self.worker else None

    @property
    def replies(self) -> int:
        """How many those are."""
        return len(self._replies.get(self.worker.session, ())) if self.worker else 0

    @property
    def latencies(self) -> Latencies:
        """Of the tokens of the reply that began last."""
        return self._strip.latencies

    def line(self, name: str, span: int) -> Line:
        """A figure over one of `SPANS`."""
        newest = self.sample.at if self.sample is not None else 0.0
        return self._steps[span].line(name, newest, span)

    @property
    def names(self) -> tuple[str, ...]:
        """The figures that there are, those of every card one by one."""
        cards = [one.number for one in self.sample.gpus] if self.sample is not None else []
        own = [name for name in UNITS if not name.startswith("gpu_")]
        return (*own, *(f"{name}.{card}" for card in cards for name in UNITS if name.startswith("gpu_")))


def _no_steps() -> dict[int, Steps]:
    return {span: Steps(length, span // length) for span, length in SPANS.items()}


def figures(sample: Sample, worker: WorkerSample | None) -> dict[str, float]:
    """A sample's figures by the names in `UNITS`; what was not measured is left out.

    `worker`: whose memory counts. Speed and processor time are those of all workers together.
    """
    machine, workers = sample.machine, sample.workers
    found: dict[str, float | None] = {
        "tokens_per_s": _sum(one.tokens_per_s for one in workers),
        "memory": worker.memory + worker.device if worker is not None and worker.memory else None,
        "worker_cores": _sum(one.busy for one in workers),
        "cores": sum(machine.cores) if machine.cores else None,
        "memory_used": machine.memory_used,
        "temperature": machine.temperature,
        "power_w": machine.power_w,
    }
    for gpu in sample.gpus:
        found[f"gpu_busy.{gpu.number}"] = gpu.busy
        found[f"gpu_memory.{gpu.number}"] = gpu.memory_used
        found[f"gpu_power_w.{gpu.number}"] = gpu.power_w
        found[f"gpu_temperature.{gpu.number}"] = gpu.temperature
    return {name: float(value) for name, value in found.items() if value is not None}


def _sum(values: Iterable[float | None]) -> float | None:
    told = [one for one in values if one is not None]
    return sum(told) if told else None
