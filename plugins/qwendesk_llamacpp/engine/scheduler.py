"""Continuous batching: one thread runs the model, every batch serves all requests that are under way.

A batch holds the next token (and the guesses behind it) of each reply, then a piece of one or more
prompts; so a long prompt delays nobody by more than one small piece.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from qwendesk.api.engine import PromptProgress, StopReason, Token
from qwendesk.api.problem import Problem
from qwendesk_llamacpp.engine.batch import Batch
from qwendesk_llamacpp.engine.gaps import Gap
from qwendesk_llamacpp.engine.job import Job
from qwendesk_llamacpp.engine.native import Interrupt, Tokens
from qwendesk_llamacpp.engine.placing import Placing
from qwendesk_llamacpp.engine.sequence import Sequence
from qwendesk_llamacpp.engine.speculation import Speculation
from qwendesk_llamacpp.engine.vision import Eye
from qwendesk_llamacpp.engine.vocabulary import Vocabulary

_INTERRUPTED = 2
_PIECE = 128
"""Prompt tokens in a batch that others wait for."""


@dataclass(slots=True, eq=False)
class Run:
    """A request in a sequence. `batched` tokens of it are in the batch, the first at index `start`;
    or they are the image that is this `gap`."""

    job: Job
    sequence: Sequence
    start: int = 0
    batched: Tokens | list[int] = field(default_factory=list)
    gap: Gap | None = None

    @property
    def reading(self) -> bool:
        """Whether the prompt is not yet in the memory."""
        return self.job.last is None


class Scheduler:
    """`submit` and `cancel` may be called from any thread, the rest happens on the scheduler's own."""

    def __init__(
        self,
        context: Any,
        vocabulary: Vocabulary,
        placing: Placing,
        interrupt: Interrupt,
        batch: Batch,
        speculation: Speculation,
        eye: Eye | None,
    ) -> None:
        self._context = context
        self._vocabulary = vocabulary
        self._placing = placing
        self._interrupt = interrupt
        self._batch = batch
        self._speculation = speculation
        self._eye = eye
        self._inbox: SimpleQueue[Job | None] = SimpleQueue()
        self._waiting: list[Job] = []
        self._runs: list[Run] = []
        self._decoding: tuple[Run, ...] = ()
        self._closing = self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="llamacpp", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a request; it is told everything from now on."""
        with self._lock:
            if not self._closed:
                self._inbox.put(job)
                return
        job.tell(Problem("session_closed"))
        job.free()

    def cancel(self, job: Job) -> None:
        """End a request within one token, also in the middle of a batch that reads its prompt."""
        job.cancelled.set()
        with self._lock:
            if any(run.job is job and self._must_end(run) for run in self._decoding):
                self._interrupt.set()

    def _must_end(self, run: Run) -> bool:
        """Whether the batch shall be interrupted for a request that was cancelled while its prompt is read.

        A recurrent state is lost with an interrupted batch, so it must be nobody else's.
        """
        harmless = len(self._decoding) == 1 or not run.sequence.recurrent
        return run.job.cancelled.is_set() and run.reading and harmless

    def close(self, timeout: float) -> bool:
        """End every request; whether the thread has ended, so that the memory may be freed."""
        self._inbox.put(None)
        with self._lock:
            self._closing = True
            self._interrupt.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _serve(self) -> None:
        while self._take_in():
            try:
                self._admit()
                self._step()
            except Exception as error:
                self._fail(error)
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
        while not self._inbox.empty() or not (self._runs or self._waiting):
            job = self._inbox.get()  # nobody else takes from it
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
            # The last thing that can fail: what has a sequence gives it back when it leaves.
            place = self._placing.fresh() if job.request.fresh else self._placing.place(job.prompt)
        except Exception as error:
            job.tell(error)
            job.free()
            return
        job.reused, job.reuse = place.reused, place.reuse
        self._runs.append(Run(job, place.sequence))
        job.tell(PromptProgress(job.reused, len(job.prompt), job.reused, job.reuse))

    def _step(self) -> None:
        """One batch."""
        filled = self._filled()
        with self._lock:
            self._decoding = filled
            self._interrupt.clear()
            # Whoever cancelled since the last batch found nothing to interrupt.
            if self._closing or any(self._must_end(run) for run in filled):
                self._interrupt.set()
        if not self._decoding:
            return
        answer = self._decode()
        with self._lock:
            runs, self._decoding = self._decoding, ()
        if answer == _INTERRUPTED:
            self._undo(runs)
        elif answer:
            raise Problem("engine_failed", detail=f"llama_decode returned {answer}")
        else:
            for run in runs:
                self._advance(run)

    def _decode(self) -> int:
        """Run the batch, or read the image that is due: it is a batch of its own."""
        run = self._decoding[0]
        if run.gap is None:
            return self._batch.decode(self._context)
        assert self._eye is not None
        picture = run.job.pictures[run.gap.start]
        return picture.read(self._eye, self._context, run.sequence.id, run.sequence.place)

    def _filled(self) -> tuple[Run, ...]:
        """Put every reply's next tokens and as much of the prompts as fits into the batch."""
        self._batch.clear()
        if (run := next((run for run in self._runs if self._is_at_image(run)), None)) is not None:
            return (run,)
        # llama.cpp computes sequences together only where their numbers follow each other in the batch.
        writing = sorted((run for run in self._runs if not run.reading), key=lambda run: run.sequence.id)
        for run in writing:
            self._add_next(run, len(writing))
        reading = [run for run in self._runs if run.reading]
        taken = [run for run in reading if self._add_piece(run, alone=len(self._runs) == 1)]
        if taken:  # those that had their turn go to the end
            self._runs = [run for run in self._runs if run not in taken] + taken
        return (*writing, *taken)

    def _is_at_image(self, run: Run) -> bool:
        at = len(run.sequence)
        run.gap = next((one for one in run.job.gaps if one.start == at), None) if run.reading else None
        if run.gap is not None:
            run.batched = run.job.prompt[at : at + run.gap.cells]
        return run.gap is not None

    def _add_next(self, run: Run, writers: int) -> None:
        job, place = run.job, len(run.sequence)
        assert job.last is not None
        room = min(self._batch.size, run.sequence.size - place, job.remaining() or self._batch.size)
        guesses = self._speculation.guess(job, room - 1) if writers == 1 else []
        run.batched = [job.last, *guesses]
        run.start = self._batch.add(
            run.sequence.id, run.batched, run.sequence.place, outputs=len(run.batched)
        )

    def _add_piece(self, run: Run, *, alone: bool) -> bool:
        prompt, place = run.job.prompt, len(run.sequence)
        end = min(len(prompt), place + min(self._batch.room, self._batch.size if alone else _PIECE))
        end = min([end, *(one.start for one in run.job.gaps if one.start >= place)])
        if run.sequence.recurrent and place < len(prompt) - 1:
            # To answer once more, a recurrent model must be able to go back to before the last token.
            end = min(end, len(prompt) - 1)
        if end <= place:
            return False
        run.batched = prompt[place:end]
        last = int(end == len(prompt))
        run.start = self._batch.add(run.sequence.id, run.batched, run.sequence.place, outputs=last)
        return True

    def _advance(self, run: Run) -> None:
        """The batch is done: take what it brought for this request; its failure is nobody else's."""
        run.sequence.read(run.batched, run.gap)
        try:
            if run.job.cancelled.is_set():
                self._leave(run)
            elif run.reading:
                self._read_on(run)
            else:
                self._take_checked(run)
        except Exception as error:
            self._break(run, error)

    def _read_on(self, run: Run) -> None:
        job, sequence = run.job, run.sequence
        job.tell(PromptProgress(len(sequence), len(job.prompt), job.reused, job.reuse))
        if len(sequence) == len(job.prompt):
            self._finish(run, self._take(run, self._picked(job, run.start + len(run.batched) - 1)))
        elif sequence.recurrent and len(sequence) == len(job.prompt) - 1:
            sequence.remember()

    def _take_checked(self, run: Run) -> None:
        """The token behind each guess that was right; the first wrong one is replaced by what is right."""
        job, guesses = run.job, run.batched[1:]
        before = len(run.sequence) - len(guesses)
        accepted, reason = 0, None
        for at in range(len(guesses) + 1):
            token = self._picked(job, run.start + at)
            reason = self._take(run, token)
            if reason or at == len(guesses) or token.id != guesses[at]:
                break
            accepted += 1
        if len(guesses):
            job.pace.judge(len(guesses), accepted)
            run.sequence.keep(before + accepted)
        self._finish(run, reason)

    def _picked(self, job: Job, index: int) -> Token:
        assert job.sampler is not None
        return job.sampler.pick(self._context, index)

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

    def _undo(self, runs: tuple[Run, ...]) -> None:
        """The batch was interrupted: what it began is dropped, and done again for those that go on."""
        for run in runs:
            run.sequence.drop_unfinished()
            if run.sequence.recurrent and not run.job.cancelled.is_set():
                self._break(run, Problem("engine_failed", detail="the batch was interrupted"))

    def _fail(self, error: Exception) -> None:
        """The model itself failed: every request ends with it, and what is in the memory is not trusted."""
        for run in list(self._runs):
            self._break(run, error)

    def _break(self, run: Run, error: Exception) -> None:
        run.job.tell(error)
        run.sequence.clear()
        self._leave(run)

    def _leave(self, run: Run) -> None:
        self._runs.remove(run)
        self._placing.give_back(run.sequence)
        run.job.free()
