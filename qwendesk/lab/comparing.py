"""Compares models on texts: each is loaded once, reads every text, and every finished row is kept at once.

The reference goes first and leaves its distributions in files, which the others are compared with. A run
that was stopped or killed goes on where it was: rows that are in the book are not measured again, and a file
of distributions that is whole is used again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Note, Problem
from qwendesk.lab import quality, tasking
from qwendesk.lab.admitting import must_fit
from qwendesk.lab.book import Book
from qwendesk.lab.cells import Cell, Run
from qwendesk.lab.cells import cells as cells_of
from qwendesk.lab.distributions import Distributions, GivenFile, OwnFiles, sweep
from qwendesk.lab.entrants import Entrant, Entrants, largest
from qwendesk.lab.measured import Row, Subject, key_of
from qwendesk.lab.wish import Advance, Passage, Progress, Wish
from qwendesk.models.downloads import room
from qwendesk.models.verifying import Hashes
from qwendesk.runtimes.forecast import Forecast
from qwendesk.runtimes.patience import awaited
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import Session

_LOAD_S, _CLOSE_S = 3600.0, 10.0
_LEAST_CONTEXT, _TASKS_CONTEXT = 256, 2048
_NO_REFERENCE = "lab_no_reference"
_OLD_S = 7 * 86_400.0
"""A file of distributions that nobody came back for is removed after a week."""


class Comparing:
    """Methods block; any thread may call them."""

    def __init__(
        self,
        runtimes: Runtimes,
        forecast: Forecast,
        entrants: Entrants,
        book: Book,
        hashes: Hashes,
        folder: Path,
        floor: Callable[[], int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`folder` is for the reference's distributions; `floor` bytes stay free on its disk."""
        self._runtimes, self._forecast = runtimes, forecast
        self._entrants, self._book, self._hashes = entrants, book, hashes
        self._folder, self._floor, self._clock = folder, floor, clock

    def run(self, wish: Wish, progress: Progress, stopped: Callable[[], bool] = lambda: False) -> list[Row]:
        """A row for each entrant and text; one that failed says why, the others go on. At the end why those
        that the book has already could not be measured again.

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
            cell
            for entrant, subject in subjects.items()
            for cell in cells_of(wish, entrant, subject, self._compared_with(wish, source, entrant is first))
        ]
        left = self._left(wish, cells, source, first)
        run.begin(left)
        for entrant in subjects:
            if own := [one for one in left if one.entrant is entrant]:
                self._measure(run, own, source)
        if not wish.keep_reference:
            source.remove()
        progress(Advance("done", fraction=1.0))
        return [*self._rows(cells), *run.failed]

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
        missing = [one for one in cells if not self._is_known(one, wish.since)]
        if wish.reference_file is not None:
            return missing
        wanted = {one.settings.get("text") for one in missing if one.entrant is not first}
        lacking = {one.sha256 for one in wish.texts if one.sha256 in wanted and source.of(one) is None}
        own = [one for one in cells if one.entrant is first]
        return [
            *(
                replace(one, writes=one.settings.get("text") in lacking)
                for one in own
                if one in missing or one.settings.get("text") in lacking
            ),
            *(one for one in missing if one.entrant is not first),
        ]

    def _is_known(self, cell: Cell, since: float) -> bool:
        """Whether all of it was measured; one that had no reference to be compared with may get one now."""
        row = self._book.find(cell.kind, cell.subject, cell.settings)
        if row is None or row.happened < since:
            return False
        return bool((row.result.get("no_comparison") or [""])[0] != _NO_REFERENCE)

    def _measure(self, run: Run, cells: list[Cell], source: Distributions) -> None:
        """Load an entrant, and let it read."""
        entrant = cells[0].entrant
        run.tell("load", entrant)
        try:
            session = self._loaded(entrant, run)
        except Problem as problem:
            for one in cells:
                self._fail(run, one, problem)
                run.finish(one)
            return
        try:
            for one in cells:
                self._do(run, session, one, source)
                run.finish(one)
        finally:
            session.close()
            if not session.join(_CLOSE_S):  # its memory is wanted for the next one
                session.kill()
                session.join(_CLOSE_S)

    def _loaded(self, entrant: Entrant, run: Run) -> Session:
        """Raises Problem where it cannot be, Stopped."""
        least = max(run.wish.window, _LEAST_CONTEXT if run.wish.tasks is None else _TASKS_CONTEXT)
        options = {**entrant.options, "context": least}
        if not run.wish.force:
            must_fit(self._forecast, entrant, options)
        session = self._runtimes.open(entrant.model, entrant.runtime, options)
        try:
            awaited(session.wait_ready, run.stopped, _LOAD_S)
        except BaseException:
            session.kill()
            session.join(_CLOSE_S)
            raise
        return session

    def _do(self, run: Run, session: Session, cell: Cell, source: Distributions) -> None:
        """One row."""

        def progress(done: int, total: int) -> None:
            run.tell("read" if cell.text is not None else "ask", cell=cell, part=done / max(1, total))

        try:
            if cell.text is not None:
                found = self._read(run, session, cell, cell.text, source, progress)
            else:
                assert run.wish.tasks is not None
                found = tasking.run(session, run.wish.tasks, progress, run.stopped)
        except Problem as problem:
            self._fail(run, cell, problem)
            return
        self._keep(cell, found)

    def _read(
        self,
        run: Run,
        session: Session,
        cell: Cell,
        text: Passage,
        source: Distributions,
        progress: quality.Progress,
    ) -> dict[str, Any]:
        compares = bool(cell.settings["reference"])
        reference = source.of(text) if compares else None
        found = quality.measure(
            session,
            text.text,
            run.wish.window,
            reference=reference,
            save=self._room_for(run, session, cell, text, source) if cell.writes else None,
            progress=progress,
            stopped=run.stopped,
        )
        if compares and reference is None:
            found["no_comparison"] = [_NO_REFERENCE, {}]
        return found

    def _room_for(self, run: Run, session: Session, cell: Cell, text: Passage, source: Distributions) -> Path:
        """Where the distributions go. Raises Problem `no_room` before anything is written."""
        needed = quality.size(session, text.text, run.wish.window, run.stopped).file_bytes
        run.tell("write", cell=cell, bytes=needed)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = source.path(text)
        room.check(path.name, path, needed, self._floor())
        return path

    def _keep(self, cell: Cell, result: dict[str, Any]) -> None:
        self._book.keep(self._row(cell, result))

    def _fail(self, run: Run, cell: Cell, problem: Problem) -> None:
        """Why there is no row; one that is there already stays."""
        row = self._row(cell, {}, problem.note())
        if self._book.find(cell.kind, cell.subject, cell.settings) is None:
            self._book.keep(row)
        else:
            run.failed.append(row)

    def _row(self, cell: Cell, result: dict[str, Any], note: Note | None = None) -> Row:
        machine, now = self._book.machine, self._clock()
        return Row(cell.kind, cell.subject, cell.settings, machine, now, result, note)

    def _rows(self, cells: list[Cell]) -> list[Row]:
        found = {one.key: one for one in self._book.all()}
        keys = (key_of(one.kind, one.subject, one.settings, self._book.machine) for one in cells)
        return [found[key] for key in keys if key in found]
