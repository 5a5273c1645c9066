"""Continuous batching: one thread runs the model, every step serves all replies that are under way.

A step is the next token of each reply (in one batch where the model can, with guesses behind it where one
is alone), then a piece of one prompt; so a long prompt delays nobody by more than one piece.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import torch

from qwendesk.api.engine import PromptProgress, StopReason, Token
from qwendesk.api.problem import Problem
from qwendesk_transformers.engine.drafts import Speculation
from qwendesk_transformers.engine.forward import Forward
from qwendesk_transformers.engine.job import Job
from qwendesk_transformers.engine.media import piece
from qwendesk_transformers.engine.placing import Placing
from qwendesk_transformers.engine.problems import problem_of
from qwendesk_transformers.engine.sampler import Row, rows_of
from qwendesk_transformers.engine.sequence import Sequence
from qwendesk_transformers.engine.vocabulary import Vocabulary


@dataclass(slots=True, eq=False)
class Run:
    """A request in a sequence."""

    job: Job
    sequence: Sequence

    @property
    def reading(self) -> bool:
        """Whether the prompt is not yet in the memory."""
        return self.job.last is None


class Scheduler:
    """`submit` and `cancel` may be called from any thread, the rest happens on the scheduler's own."""

    def __init__(
        self, forward: Forward, vocabulary: Vocabulary, placing: Placing, speculation: Speculation, chunk: int
    ) -> None:
        """`chunk`: tokens of a prompt that are read in one go."""
        self._forward, self._vocabulary, self._placing = forward, vocabulary, placing
        self._speculation, self._chunk = speculation, chunk
        self._inbox: SimpleQueue[Job | None] = SimpleQueue()
        self._waiting: list[Job] = []
        self._runs: list[Run] = []
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="transformers", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a request; it is told everything from now on."""
        with self._lock:
            if not self._closed:
                self._inbox.put(job)
                return
        job.tell(Problem("session_closed"))
        job.free()

    @staticmethod
    def cancel(job: Job) -> None:
        """End a request at the next token, or the next piece of its prompt."""
        job.cancelled.set()

    def close(self, timeout: float) -> bool:
        """End every request; whether the thread has ended."""
        self._inbox.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _serve(self) -> None:
        with torch.inference_mode():
            while self._take_in():
                try:
                    self._admit()
                    self._step()
                except Exception as error:
                    self._fail(problem_of(error))
        for run in list(self._runs):
            self._break(run, Problem("session_closed"))
        with self._lock:
            self._closed = True
            left = [*self._waiting, *self._drained()]
        for job in left:
            job.tell(Problem("session_closed"))
            job.free()

    def _drained(self) -> Iterator[Job]:
        with contextlib.suppress(Empty):
            while True:
                if (job := self._inbox.get_nowait()) is not None:
                    yield job

    def _take_in(self) -> bool:
        """Take new requests; waits for one where there is nothing to do. False at the end."""
        with contextlib.suppress(Empty):
            while True:
                job = self._inbox.get(block=not self._runs and not self._waiting)
                if job is None:
                    return False
                self._waiting.append(job)
        return True

    def _admit(self) -> None:
        for run in [run for run in self._runs if run.job.cancelled.is_set()]:
            self._leave(run)
        for job in [job for job in self._waiting if job.cancelled.is_set()]:
            self._waiting.remove(job)
            job.free()
        while self._waiting and self._placing.free:
            self._begin(self._waiting.pop(0))

    def _begin(self, job: Job) -> None:
        try:
            job.sampler = job.make_sampler()
            self._speculation.begin(job)
            place = self._placing.fresh() if job.request.fresh else self._placing.place(job.prompt)
        except Exception as error:
            job.tell(problem_of(error))
            job.free()
            return
        job.reused, job.reuse = place.reused, place.reuse
        self._runs.append(Run(job, place.sequence))
        job.tell(PromptProgress(job.reused, len(job.prompt), job.reused, job.reuse))

    def _step(self) -> None:
        writing = [run for run in self._runs if not run.reading]
        if writing:
            self._write(writing)
        reading = [run for run in self._runs if run.reading and not run.job.cancelled.is_set()]
        if len(many := self._beginnings(reading)) > 1:
            self._begin_reading(many)
        elif reading:
            # Those that wait have their turns one after the other.
            self._runs.remove(reading[0])
            self._runs.append(reading[0])
            self._read(reading[0])

    def _beginnings(self, runs: list[Run]) -> list[Run]:
        """The first of these whose whole prompts can be read together, within a piece of one."""
        found: list[Run] = []
        longest = 0
        for run in runs:
            longest = max(longest, len(run.job.prompt))
            alone = len(run.sequence) or run.job.placed.media or not run.sequence.shared
            if alone or longest * (len(found) + 1) > self._chunk:
                break
            found.append(run)
        return found

    def _begin_reading(self, runs: list[Run]) -> None:
        """Several prompts as a whole; behind each comes its first token."""
        logits = self._forward.begin([run.sequence for run in runs], [run.job.prompt for run in runs])
        for run, row in zip(runs, rows_of(logits), strict=True):
            job = run.job
            job.tell(PromptProgress(len(run.sequence), len(job.prompt), job.reused, job.reuse))
            self._guarded(run, row)

    def _write(self, runs: list[Run]) -> None:
        """The next token of each reply."""
        if len(runs) == 1 and (guesses := self._guesses(runs[0])):
            self._check(runs[0], guesses)
            return
        tokens = [run.job.last or 0 for run in runs]
        rows = rows_of(self._forward.step([run.sequence for run in runs], tokens))
        for run, row in zip(runs, rows, strict=True):
            self._guarded(run, row)

    def _guarded(self, run: Run, row: Row) -> None:
        """What goes wrong with one reply is nobody else's."""
        try:
            self._finish(run, self._take(run, self._picked(run.job, row)))
        except Exception as error:
            self._break(run, problem_of(error))

    def _guesses(self, run: Run) -> list[int]:
        job, sequence = run.job, run.sequence
        if not sequence.plain:
            return []
        left = job.remaining()
        room = sequence.size - len(sequence) - 1
        return self._speculation.guess(job, min(room, room if left is None else left) - 1)

    def _check(self, run: Run, guesses: list[int]) -> None:
        """The token behind each guess that was right; the first wrong one is replaced by what is right."""
        job, sequence = run.job, run.sequence
        before = len(sequence)
        rows = rows_of(self._forward.read(sequence, [job.last or 0, *guesses], every=True))
        accepted, reason = 0, None
        try:
            for at in range(len(guesses) + 1):
                token = self._picked(job, rows[at])
                reason = self._take(run, token)
                if reason or at == len(guesses) or token.id != guesses[at]:
                    break
                accepted += 1
        except Exception as error:
            self._break(run, problem_of(error))
            return
        job.pace.judge(len(guesses), accepted)
        sequence.keep(before + 1 + accepted)
        self._finish(run, reason)

    def _read(self, run: Run) -> None:
        """A piece of a prompt; behind the last one comes the first token."""
        job, sequence = run.job, run.sequence
        start = len(sequence)
        end, medium = piece(job.placed, start, self._chunk)
        rows = self._forward.read(sequence, job.prompt[start:end], medium)
        job.tell(PromptProgress(len(sequence), len(job.prompt), job.reused, job.reuse))
        if end == len(job.prompt):
            self._guarded(run, rows_of(rows[-1:])[0])

    @staticmethod
    def _picked(job: Job, row: Row) -> Token:
        assert job.sampler is not None
        return job.sampler.pick(row)

    def _take(self, run: Run, token: Token) -> StopReason | None:
        """Tell of a token, unless it ends the text; why the reply ends here, if it does."""
        job = run.job
        if self._vocabulary.ends(token.id):
            return "stop"
        job.tell(token)
        job.produced += 1
        job.last = token.id
        self._speculation.follow(job, token.id)
        if job.remaining() == 0:
            return "length"
        return "context" if len(job.prompt) + job.produced >= run.sequence.size else None

    def _finish(self, run: Run, reason: StopReason | None) -> None:
        if reason is None:
            return
        if reason == "context" and run.job.request.context_full == "error":
            run.job.tell(Problem("context_full", context=run.sequence.size))
        else:
            run.job.end(reason)
        self._leave(run)

    def _fail(self, problem: Exception) -> None:
        """The model itself failed: every request ends with it, and what is in the memory is not trusted."""
        self._forward.forget()
        for run in list(self._runs):
            self._break(run, problem)

    def _break(self, run: Run, error: Exception) -> None:
        run.job.tell(error)
        self._forward.part(run.sequence)
        run.sequence.keep(0)
        self._leave(run)

    def _leave(self, run: Run) -> None:
        self._forward.part(run.sequence)
        self._runs.remove(run)
        self._placing.give_back(run.sequence)
        run.job.free()
