"""What models were estimated to take, and what they really took here."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Protocol

from qwendesk.store.loads import LoadRows

_LAST = 20


@dataclass(frozen=True, slots=True)
class Measurement:
    """One load. `measured` is the peak of the worker's memory (Linux: PSS) after it had read a prompt.

    Args:
        when: seconds since 1970; model: its path; options: as JSON.
    """

    when: float
    model: str
    runtime: str
    options: str
    estimated: int
    measured: int

    @property
    def error(self) -> float:
        """How far off the estimate was: 0.03 means that 3 % more were taken."""
        return self.measured / self.estimated - 1 if self.estimated else 0.0


class Measurements(Protocol):
    """Where measurements are kept."""

    def keep(self, one: Measurement) -> None: ...

    def last(self, most: int) -> Sequence[Measurement]:
        """The newest first."""
        ...


def running_error(kept: Measurements, most: int = _LAST) -> float | None:
    """The median of |measured ÷ estimated - 1| over the last loads; None where nothing was measured."""
    errors = [abs(one.error) for one in kept.last(most) if one.estimated > 0]
    return statistics.median(errors) if errors else None


class StoredMeasurements:
    """The measurements in the database."""

    def __init__(self, rows: LoadRows) -> None:
        self._rows = rows

    def keep(self, one: Measurement) -> None:
        """Raises the Problems of `Store`."""
        self._rows.insert(astuple(one))

    def last(self, most: int) -> Sequence[Measurement]:
        """The newest first. Raises the Problems of `Store`."""
        names = ("happened", "model", "runtime", "options", "estimated", "measured")
        return [Measurement(*(row[name] for name in names)) for row in self._rows.last(most)]
