"""The single measurements of a comparison, and how far all of them are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qwendesk.lab.entrants import Entrant
from qwendesk.lab.measured import Kind, Row, Subject
from qwendesk.lab.wish import Advance, Passage, Progress, Wish

_TASKS_LIKE = 20_000
"""Characters of a text that take about as long to read as a set of tasks takes to answer."""
_TELLING = 0.01
"""The share of the work from which on the time that is left can be said."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement of an entrant: of a text, or without one of the tasks.

    `writes`: it leaves its distributions for the others.
    """

    entrant: Entrant
    subject: Subject
    settings: Mapping[str, Any]
    text: Passage | None = None
    writes: bool = False

    @property
    def kind(self) -> Kind:
        return "tasks" if self.text is None else "quality"

    @property
    def weight(self) -> float:
        """About how long it takes, in units of its own."""
        length = len(self.text.text) if self.text is not None else _TASKS_LIKE
        return float(self.entrant.model.size_bytes) * length


class Run:
    """One run: what is left to do, and how far it is."""

    def __init__(self, wish: Wish, progress: Progress, stopped: Callable[[], bool]) -> None:
        self.wish, self.stopped = wish, stopped
        self._progress = progress
        self._began = time.monotonic()
        self._weight = self._done = 0.0
        self.failed: list[Row] = []
        """Of what was measured before, and could not be measured again: the book keeps what it has."""

    def begin(self, cells: Sequence[Cell]) -> None:
        """These are left."""
        self._weight, self._done = sum(one.weight for one in cells), 0.0

    def finish(self, cell: Cell) -> None:
        """This one is over."""
        self._done += cell.weight

    def tell(
        self,
        stage: str,
        entrant: Entrant | None = None,
        cell: Cell | None = None,
        part: float = 0.0,
        bytes: int = 0,
    ) -> None:
        """`part` of a cell is done."""
        done = self._done + (cell.weight * part if cell is not None else 0.0)
        share = done / self._weight if self._weight else 0.0
        left = (time.monotonic() - self._began) * (1 - share) / share if share > _TELLING else None
        who = cell.entrant if cell is not None else entrant
        text = cell.text.name if cell is not None and cell.text is not None else ""
        self._progress(Advance(stage, who.name if who else "", text, bytes, share, left))


def cells(wish: Wish, entrant: Entrant, subject: Subject, reference: str) -> Iterator[Cell]:
    """What is to be measured of an entrant."""
    for text in wish.texts:
        settings = {
            "text": text.sha256,
            "name": text.name,
            "window": wish.window,
            "reference": reference,
        }
        yield Cell(entrant, subject, settings, text)
    if wish.tasks is not None:
        yield Cell(entrant, subject, {"tasks": wish.tasks.sha256, "name": wish.tasks.name})
