"""Running a batch: rows are read as there is room, asked side by side, and written in their order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from qwendesk.api.engine import StopFlag
from qwendesk.api.problem import Note, Problem
from qwendesk.chat.batch.asker import Asker
from qwendesk.chat.batch.lines import Lines
from qwendesk.chat.batch.part import Part
from qwendesk.chat.batch.progress import Pace, Phase, Progress
from qwendesk.chat.batch.record import Record, Worded, record
from qwendesk.chat.batch.row import Row, Terms, read
from qwendesk.runtimes.service import Runtimes

WINDOW = 256
"""Rows that are on their way or wait for an earlier one: what a file of any length takes in memory."""
_TICK, _TELL_S = 0.2, 0.1


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done. The runtime (None: the best one here) and its load options may change when it goes
    on; the rest may not. `restart` throws away what is there."""

    source: Path
    target: Path
    terms: Terms
    runtime: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    restart: bool = False


class Batch:
    """One run over a file of rows."""

    def __init__(self, runtimes: Runtimes, job: Job, worded: Worded) -> None:
        """`worded` says a problem in a sentence."""
        self._runtimes, self._job, self._worded = runtimes, job, worded
        self._pace = Pace()
        self._order: deque[int] = deque()
        self._early: dict[int, Record] = {}
        self._done = self._failed = self._tokens = 0
        self._total: int | None = None
        self._error: tuple[int | None, Note | None] = (None, None)

    def run(self, stop: StopFlag) -> Iterator[Progress]:
        """Do it, telling several times a second how far it is; blocks between two of them.

        Whoever closes the iterator stops the batch, too. What was written stays and is gone on with.

        Raises:
            Problem: `file_unreadable`, `batch_same_file`, `batch_input_changed` (path), `batch_stopped`
                (done, total, path), `batch_stopped_early`, and those of `Part`, `Runtimes.open` and a load.
        """
        job = self._job
        self._check()
        digest = yield from self._count(stop)
        with Lines(job.source) as lines, Part(job.target) as part:
            part.open(self._about(digest), job.restart)
            self._done, self._failed = part.resume(lines)
            if self._done != self._total:
                yield from self._ask_all(lines, part, stop)
            if next(lines, None) is not None or lines.hexdigest() != digest:
                raise Problem("batch_input_changed", path=str(job.source))
            part.finish()
        yield self._progress("complete")

    def _check(self) -> None:
        self._job.terms.sampling_for(self._job.terms.thinking.on, {})
        source, target = self._job.source, self._job.target
        if target.exists() and source.exists() and target.samefile(source):
            raise Problem("batch_same_file", path=str(target))

    def _count(self, stop: StopFlag) -> Generator[Progress, None, str]:
        """Count the rows; the hash of the whole input comes back."""
        count, told = 0, 0.0
        with Lines(self._job.source) as lines:
            for _line in lines:
                count += 1
                if time.monotonic() - told >= _TELL_S:
                    told = time.monotonic()
                    self._must_go_on(stop)
                    yield self._progress("counting")
            self._total = count
            return lines.hexdigest()

    def _about(self, digest: str) -> dict[str, Any]:
        """What makes the answers what they are."""
        terms = self._job.terms
        return {
            "input": digest,
            "model": str(terms.model.path),
            "model_bytes": terms.model.size_bytes,
            "think": terms.thinking.on,
            "think_budget": terms.thinking.budget,
            "system": terms.system,
            "text": terms.text,
            **asdict(terms.sampling_for(terms.thinking.on, {})),
        }

    def _must_go_on(self, stop: StopFlag) -> None:
        if stop.is_set():
            raise self.stopped()

    def stopped(self) -> Problem:
        """What to say when it ends here: how much is answered and kept, which is more than was told last."""
        if not self._done:
            return Problem("batch_stopped_early")
        return Problem("batch_stopped", done=self._done, total=self._total, path=str(self._job.target))

    def _ask_all(self, lines: Lines, part: Part, stop: StopFlag) -> Iterator[Progress]:
        job, told = self._job, 0.0
        rows = (read(line, job.terms, job.source.name) for line in lines)
        asker = Asker(self._runtimes, job.terms.model, job.runtime, job.options)
        try:
            while True:
                self._must_go_on(stop)
                ready = asker.is_ready(_TICK)
                if ready and self._step(rows, asker, part):
                    return
                if time.monotonic() - told >= _TELL_S:
                    told = time.monotonic()
                    yield self._progress("asking" if ready else "loading")
        finally:
            asker.close()

    def _step(self, rows: Iterator[Row], asker: Asker, part: Part) -> bool:
        """Ask as many as there is room for, wait a moment, write what is next; whether that was all."""
        all_read = self._fill(rows, asker)
        if asker.busy and (end := asker.take(_TICK)) is not None:
            self._early[end[0].number] = record(*end, self._worded)
        self._tokens = asker.tokens
        self._write(part)
        return all_read and not self._order

    def _fill(self, rows: Iterator[Row], asker: Asker) -> bool:
        """Ask while there is room; whether no row is left."""
        while len(self._order) < WINDOW and asker.has_room:
            if (row := next(rows, None)) is None:
                return True
            self._order.append(row.number)
            if row.problem is not None:
                self._early[row.number] = record(row, row.problem, self._worded)
            else:
                asker.ask(row)
        return False

    def _write(self, part: Part) -> None:
        while self._order and self._order[0] in self._early:
            number = self._order.popleft()
            made = self._early.pop(number)
            part.append(made.line)
            self._done += 1
            if made.problem is not None:
                self._failed += 1
                self._error = number, made.problem

    def _progress(self, phase: Phase) -> Progress:
        rate, tokens = self._pace.rates(self._done, self._tokens) if phase == "asking" else (None, None)
        left = (self._total - self._done) / rate if self._total is not None and rate else None
        row, problem = self._error
        return Progress(phase, self._done, self._failed, self._total, rate, tokens, left, row, problem)
