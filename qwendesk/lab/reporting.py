"""From rows of the book to a report: the table, how much context fits here, and the advice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version

from qwendesk.api.problem import Problem
from qwendesk.lab.advice import Wanted
from qwendesk.lab.entrants import Entrant
from qwendesk.lab.fitting import Candidate, Fitting, fitting
from qwendesk.lab.measured import Row, Subject
from qwendesk.lab.report.labels import Labels
from qwendesk.lab.report.report import Report, compose
from qwendesk.lab.selection import Selection, identity
from qwendesk.lab.table import Table, table
from qwendesk.lab.texts import bundled
from qwendesk.runtimes.forecast import Forecast


class Reporting:
    """Methods block: headers of models are read. A model whose file is gone has no estimate."""

    def __init__(self, forecast: Forecast, clock: Callable[[], float] = time.time) -> None:
        self._forecast, self._clock = forecast, clock

    def report(
        self,
        rows: Iterable[Row],
        entrants: Mapping[str, Entrant],
        *,
        selection: Selection | None = None,
        wanted: Wanted | None = None,
        private: bool = False,
        labels: Labels | None = None,
    ) -> Report:
        """The report of these rows.

        Args:
            entrants: by the identity of their subjects, see `qwendesk.lab.selection.identity`: their files
                tell what memory they take.
            private: with answers, paths and names of own files.
        """
        kept = list(rows)
        found = table(kept, selection, lambda subject: self._estimated(entrants.get(identity(subject))))
        return compose(
            found,
            version=version("qwendesk"),
            happened=self._clock(),
            fitting=self._fitting(found, entrants),
            wanted=wanted,
            bundled=[one.sha256 for one in bundled()],
            private=private,
            labels=labels,
        )

    def _estimated(self, entrant: Entrant | None) -> int | None:
        """Bytes at the runtime's usual context."""
        if entrant is None:
            return None
        try:
            return self._forecast.estimate(entrant.model, entrant.runtime, entrant.options).total
        except Problem:
            return None

    def _fitting(self, of: Table, entrants: Mapping[str, Entrant]) -> Fitting | None:
        """By the room of the first line's runtime: what stands in one table is to run on one device."""
        candidates: list[Candidate] = []
        for line in of.lines:
            entrant = entrants.get(identity(line.subject))
            if entrant is None:
                continue
            try:
                facts = self._forecast.facts(entrant.model)
            except Problem:
                continue
            candidates.append(Candidate(line.key, line.label, facts, entrant.runtime, entrant.options))
        if not candidates:
            return None
        room, host = self._forecast.surroundings(candidates[0].runtime)
        return fitting(candidates, room, host)


def by_identity(subjects: Iterable[Subject], entrants: Sequence[Entrant]) -> dict[str, Entrant]:
    """The entrants by what their subjects are; both in the same order."""
    return {identity(subject): one for subject, one in zip(subjects, entrants, strict=True)}
