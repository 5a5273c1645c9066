"""A report before it is written in one of its formats."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from qwendesk.lab.advice import Advice, Wanted, advise
from qwendesk.lab.fitting import Fitting
from qwendesk.lab.line import Line
from qwendesk.lab.report.labels import Labels
from qwendesk.lab.report.private import published
from qwendesk.lab.table import Table


@dataclass(frozen=True, slots=True)
class Report:
    """All that is written.

    Attributes:
        version: QwenDesk's; `happened` is when it is written (seconds since 1970).
        bundled: SHA-256 of the texts that come with QwenDesk.
        is_private: whether answers, paths and names of own files are in it.
    """

    table: Table
    advice: Advice
    fitting: Fitting | None
    version: str
    happened: float
    bundled: frozenset[str] = frozenset()
    is_private: bool = False
    labels: Labels = field(default_factory=Labels)

    def line(self, key: str) -> Line | None:
        """The table's line with this key."""
        return next((one for one in self.table.lines if one.key == key), None)

    def most(self, line: Line) -> int | None:
        """The longest context that fits."""
        return self.fitting.most().get(line.key) if self.fitting is not None else None


def compose(
    table: Table,
    *,
    version: str,
    happened: float,
    fitting: Fitting | None = None,
    wanted: Wanted | None = None,
    bundled: Collection[str] = (),
    private: bool = False,
    labels: Labels | None = None,
) -> Report:
    """The report of a table.

    Args:
        bundled: SHA-256 of the texts that come with QwenDesk; others are their owner's.
        private: with answers, paths and names of own files; without it, they are taken out here.
        labels: headings and other words; in English where none are given.
    """
    words = labels or Labels()
    shown = table if private else published(table, bundled, words.own_text)
    most, whole = (fitting.most(), fitting.whole()) if fitting is not None else (None, frozenset[str]())
    advice = advise(shown, most, wanted, whole)
    return Report(shown, advice, fitting, version, happened, frozenset(bundled), private, words)
