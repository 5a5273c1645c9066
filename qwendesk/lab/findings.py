"""What the lab knows of the models here: its rows, a model and its quantizations at a time, as a report."""

from __future__ import annotations

from collections.abc import Iterable

from qwendesk.api.problem import Problem
from qwendesk.lab.advice import Wanted
from qwendesk.lab.book import Book
from qwendesk.lab.entrants import Entrant, Entrants
from qwendesk.lab.measured import Row, Subject
from qwendesk.lab.report.labels import Labels
from qwendesk.lab.report.report import Report
from qwendesk.lab.reporting import Reporting
from qwendesk.lab.selection import identity


class Findings:
    """Methods block, and raise the store's Problems."""

    def __init__(self, book: Book, entrants: Entrants, reporting: Reporting) -> None:
        self._book, self._entrants, self._reporting = book, entrants, reporting

    def bases(self) -> tuple[str, ...]:
        """Models that anything was measured of, without their quantization; the latest first."""
        return tuple(dict.fromkeys(base_of(one.subject.name) for one in reversed(self._book.all())))

    def report(
        self,
        base: str = "",
        wanted: Wanted | None = None,
        labels: Labels | None = None,
        *,
        private: bool = False,
    ) -> Report:
        """What was measured of this model and its quantizations; without a base of all.

        Args:
            private: with answers, paths and names of own files.
        """
        rows = [one for one in self._book.all() if base in ("", base_of(one.subject.name))]
        return self._reporting.report(rows, self._here(rows), wanted=wanted, private=private, labels=labels)

    def entrant(self, subject: Subject) -> Entrant | None:
        """The model that this was measured of, where its file is still here."""
        name = subject.name if "@" in subject.name else f"{subject.name}@{subject.runtime}"
        try:
            found = self._entrants.of(name)
        except Problem:
            return None
        return found if found.model.size_bytes == subject.size_bytes else None

    def _here(self, rows: Iterable[Row]) -> dict[str, Entrant]:
        subjects = {identity(one.subject): one.subject for one in rows}
        found = ((key, self.entrant(one)) for key, one in subjects.items())
        return {key: one for key, one in found if one is not None}


def base_of(name: str) -> str:
    """ "Qwen3-4B" of "Qwen3-4B:Q4_K_M" and of "Qwen3-4B@transformers,quantization=nf4"."""
    return name.partition("@")[0].partition(":")[0]
