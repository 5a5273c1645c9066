"""The columns of a report's tables: which figures there are, in which unit, with how many decimals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qwendesk.lab.figures import Reading, Speed
from qwendesk.lab.interval import Interval, Mean, around, exactly
from qwendesk.lab.line import Line
from qwendesk.lab.report.labels import Labels
from qwendesk.lab.report.numbers import decimals, plain, unit_of
from qwendesk.lab.report.report import Report

_PERCENT = 0.01


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of several models.

    Args:
        id: names it, its title and its meaning (`Labels`).
        values: in base units (bytes, shares, seconds), None where there is none.
        divisor: base units in one of `unit`.
        estimated: places of values that nobody measured.
    """

    id: str
    title: str
    unit: str
    values: tuple[Interval | None, ...]
    divisor: float = 1.0
    significant: int = 2
    estimated: frozenset[int] = frozenset()

    @property
    def places(self) -> int:
        """Decimals."""
        return decimals(
            [one.value / self.divisor for one in self.values if one is not None], self.significant
        )

    @property
    def heading(self) -> str:
        """The title with the unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    def cell(self, at: int) -> str:
        """The value as it is shown; an empty text where there is none."""
        found = self.values[at]
        return plain(found.value / self.divisor, self.places) if found is not None else ""

    @property
    def has_reach(self) -> bool:
        """Whether any value has a range."""
        return any(one is not None and one.is_known for one in self.values)

    def reach(self, at: int) -> str:
        """Half of its range as it is shown; an empty text where there is none."""
        found = self.values[at]
        if found is None or not found.is_known:
            return ""
        halves = [self._half(one) for one in self.values if one is not None]
        return plain(self._half(found), max(self.places, decimals(halves, 1)))

    def _half(self, interval: Interval) -> float:
        return (interval.high - interval.low) / 2 / self.divisor


def model_columns(report: Report) -> list[Column]:
    """One value for each line of the table; figures that no model has are left out."""
    lines, words = report.table.lines, report.labels
    unit, size = unit_of(max((one.subject.size_bytes for one in lines), default=0))
    memories = [one.memory.bytes for one in lines if one.memory is not None]
    memory_unit, memory_size = unit_of(max(memories, default=0))
    found = [
        Column("size", words.size, unit, _of(lines, lambda one: exactly(one.subject.size_bytes)), size),
        Column("drift", words.drift, "nats", _of(lines, lambda one: one.drift)),
        _share("same_top", words.same_top, _of(lines, lambda one: one.same_top)),
        _share("tasks", words.tasks, _of(lines, lambda one: one.tasks.score if one.tasks else None)),
        *speed_columns(words, [one.speed for one in lines]),
        Column(
            "memory",
            words.memory,
            memory_unit,
            _of(lines, lambda one: exactly(one.memory.bytes) if one.memory else None),
            memory_size,
            estimated=frozenset(
                at for at, one in enumerate(lines) if one.memory and not one.memory.is_measured
            ),
        ),
        Column(
            "joules", words.joules, "J/tok", _of(lines, lambda one: one.speed.joules if one.speed else None)
        ),
        Column("context", words.context, "tok", _of(lines, lambda one: _context(report, one))),
    ]
    return _known(found)


def speed_columns(words: Labels, speeds: Sequence[Speed | None]) -> list[Column]:
    """Prompt and decode speed."""
    return [
        Column("prompt", words.prompt, "tok/s", tuple(one.prompt if one else None for one in speeds)),
        Column("decode", words.decode, "tok/s", tuple(one.decode if one else None for one in speeds)),
    ]


def text_columns(words: Labels, readings: Sequence[Reading]) -> list[Column]:
    """The figures of one text, a value for each model that read it."""
    found = [
        Column("perplexity", words.perplexity, "", tuple(one.perplexity for one in readings), significant=3),
        Column("bits", words.bits, "", tuple(_plain(one.bits) for one in readings), significant=3),
        Column("drift", words.drift, "nats", tuple(_mean(one.drift) for one in readings)),
        Column("median", words.median, "nats", _percentile(readings, 50), significant=1),
        Column("worst", words.worst, "nats", _percentile(readings, 99), significant=1),
        _share("same_top", words.same_top, tuple(_mean(one.same_top, 1.0) for one in readings)),
        Column("scored", words.scored, "", tuple(_plain(one.scored or None) for one in readings)),
    ]
    return _known(found)


def _of(lines: Sequence[Line], figure: Callable[[Line], Interval | None]) -> tuple[Interval | None, ...]:
    return tuple(figure(one) for one in lines)


def _share(id: str, title: str, values: tuple[Interval | None, ...]) -> Column:
    return Column(id, title, "%", values, _PERCENT, 3)


def _context(report: Report, line: Line) -> Interval | None:
    most = report.most(line)
    return exactly(most) if most is not None else None


def _mean(mean: Mean | None, most: float = float("inf")) -> Interval | None:
    return around(mean.value, mean.error, 0, most) if mean is not None else None


def _plain(value: float | None) -> Interval | None:
    return exactly(value) if value is not None else None


def _percentile(readings: Sequence[Reading], percent: float) -> tuple[Interval | None, ...]:
    return tuple(_plain(dict(one.percentiles).get(percent)) for one in readings)


def _known(found: Sequence[Column]) -> list[Column]:
    return [one for one in found if any(value is not None for value in one.values)]
