"""Compares models on texts: each is loaded once, reads every text, and every finished row is kept at once.

The reference goes first and leaves its distributions in files, which the others are compared with. A run
that was stopped or killed goes on where it was: rows that are in the book are not measured again, and a file
of distributions that is whole is used again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from qwendesk.api.problem import Problem
from qwendesk.lab import quality
from qwendesk.lab.book import Book
from qwendesk.lab.distributions import GivenFile, OwnFiles, sweep
from qwendesk.lab.entrants import Entrant, Entrants, largest
from qwendesk.lab.measured import Row, Subject, key_of
from qwendesk.lab.quality import Reference
from qwendesk.models.downloads import room
from qwendesk.models.verifying import Hashes
from qwendesk.runtimes.patience import awaited
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import Session

_LOAD_S, _CLOSE_S = 3600.0, 10.0
_LEAST_CONTEXT = 256
_NO_REFERENCE = "lab_no_reference"
_TELLING = 0.01
"""The share of the work from which on the time that is left can be said."""
_OLD_S = 7 * 86_400.0
"""A file of distributions that nobody came back for is removed after a week."""


class Passage(Protocol):
    """A text to read: what the report calls it, what it says, and its hash."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What to compare.

    Args:
        reference: None for the largest of the entrants.
        reference_file: distributions that were made elsewhere, in the place of a reference; of one text.
        again: measure also what the book holds.
        keep_reference: leave the reference's files where they are, for a later comparison.
    """

    entrants: tuple[Entrant, ...]
    texts: tuple[Passage, ...]
    window: int = quality.WINDOW
    reference: Entrant | None = None
    reference_file: Path | None = None
    again: bool = False
    keep_reference: bool = False


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a comparison is.

    Args:
        stage: "hash", "load", "write" (the reference reads, its file takes `bytes`), "read" or "done".
        fraction: of all its work; seconds_left: None while nothing can be said.
    """

    stage: str
    entrant: str = ""
    text: str = ""
    bytes: int = 0
    fraction: float = 0.0
    seconds_left: float | None = None


Progress = Callable[[Advance], None]


class Distributions(Protocol):
    """Where the reference's distributions of a text are."""

    identity: str

    def path(self, text: Passage) -> Path: ...
    def of(self, text: Passage) -> Reference | None: ...
    def remove(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """One text for one entrant. `writes`: it leaves its distributions for the others."""

    entrant: Entrant
    subject: Subject
    text: Passage
    settings: Mapping[str, Any]
    writes: bool = False

    @property
    def weight(self) -> float:
        """About how long it takes, in units of its own."""
        return float(self.entrant.model.size_bytes) * len(self.text.text)


class Run:
    """One run: what is left to do, and how far it is."""

    def __init__(self, wish: Wish, progress: Progress, stopped: Callable[[], bool]) -> None:
        self.wish, self.stopped = wish, stopped
        self._progress = progress
        self._began = time.monotonic()
        self._weight = self._done = 0.0

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
        text = cell.text.name if cell is not None else ""
        self._progress(Advance(stage, who.name if who else "", text, bytes, share, left))


class Comparing:
    """Methods block; any thread may call them."""

    def __init__(
        self,
        runtimes: Runtimes,
        entrants: Entrants,
        book: Book,
        hashes: Hashes,
        folder: Path,
        floor: Callable[[], int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`folder` is for the reference's distributions; `floor` bytes stay free on its disk."""
        self._runtimes, self._entrants, self._book, self._hashes = runtimes, entrants, book, hashes
        self._folder, self._floor, self._clock = folder, floor, clock

    def run(self, wish: Wish, progress: Progress, stopped: Callable[[], bool] = lambda: False) -> list[Row]:
        """A row for each entrant and text; one that failed says why, the others go on.

        Raises:
            Problem: the store's, `lab_nobody`, or those of hashing a file.
            Stopped: `stopped` said so; finished rows are kept.
        """
        run = Run(wish, progress, stopped)
        sweep(self._folder, self._clock() - _OLD_S)
        subjects = self._subjects(run)
        first = next(iter(subjects))
        source = self._source(wish, subjects[first], stopped)
        cells = [
            Cell(
                entrant,
                subject,
                text,
                _settings(wish, text, self._compared_with(wish, source, entrant is first)),
            )
            for entrant, subject in subjects.items()
            for text in wish.texts
        ]
        left = self._left(wish, cells, source, first)
        run.begin(left)
        for entrant in subjects:
            if own := [one for one in left if one.entrant is entrant]:
                self._measure(run, own, source)
        if not wish.keep_reference:
            source.remove()
        progress(Advance("done", fraction=1.0))
        return self._rows(cells)

    def _subjects(self, run: Run) -> dict[Entrant, Subject]:
        """The reference first, if it is one of them."""
        wish = run.wish
        order = list(wish.entrants)
        if wish.reference_file is None:
            first = wish.reference or largest(order)
            order = [first, *(one for one in order if one.key != first.key)]
        found = {}
        for entrant in order:
            run.tell("hash", entrant)
            found[entrant] = self._entrants.subject(entrant, run.stopped)
        if not found:
            raise Problem("lab_nobody")
        return found

    def _source(self, wish: Wish, first: Subject, stopped: Callable[[], bool]) -> Distributions:
        if wish.reference_file is not None:
            sha256 = self._hashes.sha256(wish.reference_file, stopped)
            return GivenFile(wish.reference_file, sha256)
        return OwnFiles(self._folder, first, wish.window, wish.texts)

    @staticmethod
    def _compared_with(wish: Wish, source: Distributions, is_first: bool) -> str:
        return "" if is_first and wish.reference_file is None else source.identity

    def _left(self, wish: Wish, cells: list[Cell], source: Distributions, first: Entrant) -> list[Cell]:
        """What the book does not hold, and what the reference has to read again for its distributions."""
        missing = [one for one in cells if wish.again or not self._is_known(one)]
        if wish.reference_file is not None:
            return missing
        wanted = {one.text.sha256 for one in missing if one.entrant is not first}
        lacking = {one.sha256 for one in wish.texts if one.sha256 in wanted and source.of(one) is None}
        reads = [
            one for one in cells if one.entrant is first and (one in missing or one.text.sha256 in lacking)
        ]
        return [
            *(replace(one, writes=one.text.sha256 in lacking) for one in reads),
            *(one for one in missing if one.entrant is not first),
        ]

    def _is_known(self, cell: Cell) -> bool:
        """Whether all of it was measured; one that had no reference to be compared with may get one now."""
        row = self._book.find("quality", cell.subject, cell.settings)
        return row is not None and (row.result.get("no_comparison") or [""])[0] != _NO_REFERENCE

    def _measure(self, run: Run, cells: list[Cell], source: Distributions) -> None:
        """Load an entrant, and let it read."""
        entrant = cells[0].entrant
        run.tell("load", entrant)
        try:
            session = self._loaded(entrant, run)
        except Problem as problem:
            for one in cells:
                self._keep(one, {}, problem)
                run.finish(one)
            return
        try:
            for one in cells:
                self._read(run, session, one, source)
                run.finish(one)
        finally:
            session.close()
            session.join(_CLOSE_S)

    def _loaded(self, entrant: Entrant, run: Run) -> Session:
        """Raises Problem where it cannot be, Stopped."""
        least = max(run.wish.window, _LEAST_CONTEXT)
        session = self._runtimes.open(entrant.model, entrant.runtime, {**entrant.options, "context": least})
        try:
            awaited(session.wait_ready, run.stopped, _LOAD_S)
        except BaseException:
            session.kill()
            session.join(_CLOSE_S)
            raise
        return session

    def _read(self, run: Run, session: Session, cell: Cell, source: Distributions) -> None:
        """One row."""
        compares = bool(cell.settings["reference"])
        reference = source.of(cell.text) if compares else None
        try:
            save = self._room_for(run, session, cell, source) if cell.writes else None
            found = quality.measure(
                session,
                cell.text.text,
                run.wish.window,
                reference=reference,
                save=save,
                progress=lambda done, total: run.tell("read", cell=cell, part=done / max(1, total)),
                stopped=run.stopped,
            )
        except Problem as problem:
            self._keep(cell, {}, problem)
            return
        if compares and reference is None:
            found["no_comparison"] = [_NO_REFERENCE, {}]
        self._keep(cell, found)

    def _room_for(self, run: Run, session: Session, cell: Cell, source: Distributions) -> Path:
        """Where the distributions go. Raises Problem `no_room` before anything is written."""
        needed = quality.size(session, cell.text.text, run.wish.window, run.stopped).file_bytes
        run.tell("write", cell=cell, bytes=needed)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = source.path(cell.text)
        room.check(path.name, path, needed, self._floor())
        return path

    def _keep(self, cell: Cell, result: dict[str, Any], problem: Problem | None = None) -> None:
        note = problem.note() if problem is not None else None
        now = self._clock()
        self._book.keep(Row("quality", cell.subject, cell.settings, self._book.machine, now, result, note))

    def _rows(self, cells: list[Cell]) -> list[Row]:
        found = {one.key: one for one in self._book.all()}
        keys = (key_of("quality", one.subject, one.settings, self._book.machine) for one in cells)
        return [found[key] for key in keys if key in found]


def _settings(wish: Wish, text: Passage, reference: str) -> dict[str, Any]:
    return {"text": text.sha256, "name": text.name, "window": wish.window, "reference": reference}
