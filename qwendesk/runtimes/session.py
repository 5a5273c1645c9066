"""One loaded model: its worker, its state and the replies that run on it."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from qwendesk.api.engine import LoadReport, ModelFiles
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Failed, Finished, ReplyRequest
from qwendesk.api.runtimes import RuntimeSpec
from qwendesk.models.library import Model
from qwendesk.runtimes import crash, journal, memory
from qwendesk.runtimes.launch import Launch
from qwendesk.runtimes.process import Exit, WorkerProcess
from qwendesk.runtimes.pulse import Pulse
from qwendesk.runtimes.questions import Progress, Questions
from qwendesk.runtimes.reply import Inbox, Reply, Sink
from qwendesk.runtimes.state import SessionChanged, SessionState
from qwendesk.runtimes.supervisor import Escalation, Patience
from qwendesk.worker import wire
from qwendesk.worker.question import CountTokens, Question

T = TypeVar("T")
_ids = itertools.count(1)
_CLOSE = "close"
LAST_OF_REPLY = 20
"""Log lines that may be about a reply that failed; those before them are about loading."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to load, with what, and how; enough to start the same session again."""

    model: Model
    spec: RuntimeSpec
    options: dict[str, Any]
    launch: Launch


@dataclass(frozen=True, slots=True)
class ReplyFinished:
    """A reply ended as it should; told after its caller was.

    `report` says how the model was loaded, `running` how many replies ran when it ended, itself included.
    """

    session: int
    recipe: Recipe
    finished: Finished
    report: LoadReport | None = None
    running: int = 1


class Session:
    """A model in a worker process. Methods may be called from any thread; only the waiting ones block."""

    def __init__(
        self,
        recipe: Recipe,
        publish: Callable[[SessionChanged | ReplyFinished], None],
        patience: Patience | None = None,
        measured: Callable[[Recipe, int], None] = lambda _recipe, _bytes: None,
    ) -> None:
        """`measured` hears once, before the end, how many bytes were taken at most, if a prompt was read."""
        self.id = next(_ids)
        self.recipe = recipe
        self._publish = publish
        self._measured = measured
        self._has_replied = False
        self._peak_after_reply = 0
        self._patience = patience or Patience()
        self._lock = threading.RLock()
        self._state = SessionState(since=time.monotonic())
        self._settled = threading.Event()
        self._over = threading.Event()
        self._wake = threading.Event()
        self._replies: dict[int, Reply] = {}
        self.pulse = Pulse()
        self._questions = Questions()
        self._requests = itertools.count(1)
        self._last_sign = time.monotonic()
        self._asked_to_close = False
        self._start()

    def _start(self) -> None:
        try:
            runtime = self.recipe.spec.id
            self._process = WorkerProcess(self.recipe.launch, self._on_message, self._on_exit, runtime)
        except OSError as error:
            raise Problem(
                "worker_not_started", command=self.recipe.launch.command[0], detail=error.strerror or ""
            ) from error
        journal.started(self.pid, runtime, self.recipe.model.path)
        self._escalation = Escalation(self._patience, self._process.terminate, self._process.kill)
        threading.Thread(target=self._watch, name=f"session-{self.id}", daemon=True).start()
        self._process.listen()

    @property
    def state(self) -> SessionState:
        return self._state

    @property
    def running(self) -> int:
        """How many replies were asked for and have not ended."""
        return len(self._replies)

    @property
    def pid(self) -> int:
        return self._process.pid

    def log(self) -> tuple[str, ...]:
        """The last lines of the worker's log."""
        return self._process.log()

    def wait_ready(self, timeout: float | None = None) -> LoadReport:
        """Block until the model is loaded. Raises the Problem that prevented it, or TimeoutError."""
        if not self._settled.wait(timeout):
            raise TimeoutError
        state = self._state
        if state.report is None or state.over:
            raise Problem.of(state.problem or Note("session_closed"))
        return state.report

    def reply(self, request: ReplyRequest, sink: Sink) -> Reply:
        """Ask for a reply; its events go to `sink` on another thread, the last is Finished or Failed."""
        reply = Reply(next(self._requests), sink, self._cancel)
        with self._lock:
            refused = self._state.problem or Note("session_closed") if self._state.over else None
            if refused is None:
                refused = self._ask(reply, request)
        if refused is not None:
            reply.deliver(Failed(refused))
        return reply

    def _ask(self, reply: Reply, request: ReplyRequest) -> Note | None:
        """Send the request; why not, if it cannot be sent."""
        self._replies[reply.id] = reply
        try:
            self._process.send(wire.Generate(reply.id, request, time.monotonic()))
        except Problem as problem:
            del self._replies[reply.id]
            return problem.note()
        journal.asked(self.pid, reply.id, request)
        return None

    def stream(self, request: ReplyRequest) -> tuple[Reply, Inbox]:
        """The same for a caller that wants to iterate over the events."""
        inbox = Inbox()
        return self.reply(request, inbox), inbox

    def ask(self, question: Question[T], progress: Progress | None = None) -> Future[T]:
        """Ask about the model without blocking; the future raises Problem where there is no answer.

        Cancelling the future cancels the question. A long question tells its `progress` (done, in all) on
        another thread.
        """
        id = next(self._requests)
        future = self._questions.add(id, question, progress)
        with self._lock:
            if self._state.over:
                self._questions.fail(id, self._state.problem or Note("session_closed"))
                return future
            try:
                self._process.send(wire.Ask(id, question))  # type: ignore[arg-type]
            except Problem as problem:
                self._questions.fail(id, problem.note())
        future.add_done_callback(lambda done: self._withdraw(id) if done.cancelled() else None)
        return future

    def answer(
        self, question: Question[T], progress: Progress | None = None, timeout: float | None = None
    ) -> T:
        """The same, blocking. Raises Problem or TimeoutError; whoever stops waiting cancels the question."""
        future = self.ask(question, progress)
        try:
            return future.result(timeout)
        finally:
            future.cancel()

    def _withdraw(self, id: int) -> None:
        with self._lock:
            if not self._questions.is_open(id):
                return  # it was answered meanwhile: no answer will come to this
            if self._questions.must_stop(id):
                self._escalation.expect(id)
        self._process.send(wire.Cancel(id))
        self._wake.set()

    def count_tokens(self, text: str, timeout: float | None = None) -> int:
        """How many tokens a text has; blocks. Raises Problem or TimeoutError."""
        return self.answer(CountTokens(text), timeout=timeout)

    def count_tokens_later(self, text: str) -> Future[int]:
        """The same without blocking."""
        return self.ask(CountTokens(text))

    def _cancel(self, id: int) -> None:
        with self._lock:
            if id not in self._replies:
                return  # it ended meanwhile: no answer will come to this
            self._escalation.expect(id)
        self._process.send(wire.Cancel(id))
        self._wake.set()

    def close(self) -> None:
        """Unload: ask the worker to end, and see to it that it does. Returns at once."""
        with self._lock:
            if self._state.over or self._asked_to_close:
                return
            self._asked_to_close = True
            self._change(phase="closing")
        if self._has_replied and not self._peak_after_reply:
            self._measure()  # a reply just now, which the next beat would have measured
        self._process.send(wire.Shutdown())
        self._escalation.expect(_CLOSE)
        self._wake.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the process is gone; whether it is."""
        return self._over.wait(timeout)

    def kill(self) -> None:
        """End the worker at once, without asking."""
        self._asked_to_close = True
        self._process.kill()

    def _on_message(self, message: wire.ToParent) -> None:
        self._last_sign = time.monotonic()
        if self._state.silent_s:
            self._change(silent_s=0.0)
        match message:
            case wire.Hello():
                self._begin_loading(message)
            case wire.Alive() if message.doing != self._state.doing:
                self._change(doing=message.doing)
            case wire.Alive() | wire.Advanced() | wire.JobDone() | wire.JobFailed():
                pass  # nothing new, and a session runs no jobs
            case wire.Loading():
                self._change(progress=message.progress)
            case wire.Loaded() if self._asked_to_close:
                pass
            case wire.Loaded():
                loaded = time.monotonic()
                since = self._state.since
                self._change(
                    phase="ready", doing="idle", report=message.report, load_s=loaded - since, since=loaded
                )
                self._wake.set()  # to measure what the model took, for a reply that is short
                self._settled.set()
            case wire.NotLoaded():
                problem, _log = crash.translated(message.problem, self._process.log())
                self._change(phase="failed", problem=problem)
                self._settled.set()
                self._process.send(wire.Shutdown())
                self._escalation.expect(_CLOSE)
            case wire.Working():
                self._questions.on_working(message)
            case wire.Answered():
                ended = "session_closed" if self._asked_to_close else "engine_ended_early"
                self._questions.on_answered(message, Note(ended))
                self._escalation.answered(message.id)
            case wire.Broken() if self._questions.is_open(message.id):
                self._questions.fail(message.id, message.problem)
                self._escalation.answered(message.id)
            case _:
                self._deliver(message)

    def _begin_loading(self, hello: wire.Hello) -> None:
        if hello.protocol != wire.PROTOCOL:
            self._change(phase="failed", problem=Note("worker_other_version", {"path": hello.python}))
            self._settled.set()
            self._process.kill()
            return
        model, spec = self.recipe.model, self.recipe.spec
        options_type = f"{spec.options.__module__}:{spec.options.__qualname__}"
        files = ModelFiles(str(model.path), model.format)
        self._process.send(wire.Load(files, spec.engine, options_type, self.recipe.options))
        with self._lock:
            if not self._asked_to_close:
                self._change(phase="loading")

    def _deliver(
        self, message: wire.Built | wire.Reading | wire.Deltas | wire.Resplitted | wire.Done | wire.Broken
    ) -> None:
        reply = self._replies.get(message.id)
        if reply is None:
            return
        match message:
            case wire.Built():
                reply.deliver(message.prompt)
            case wire.Reading():
                reply.deliver(message.progress)
            case wire.Deltas():
                for delta in message.deltas:
                    self.pulse.beat(message.id, delta)
                    reply.deliver(delta)
            case wire.Resplitted():
                reply.deliver(message.resplit)
            case wire.Done():
                self._has_replied = True
                journal.finished(self.pid, message.id, message.finished)
                running = self.running
                self._forget(message.id)
                self._wake.set()  # to measure what the prompt took
                reply.deliver(message.finished)
                report = self._state.report
                self._publish(ReplyFinished(self.id, self.recipe, message.finished, report, running))
            case wire.Broken():
                self._forget(message.id)
                journal.broken(self.pid, message.id, message.problem)
                last = self._process.log()[-LAST_OF_REPLY:]
                reply.deliver(Failed(*crash.translated(message.problem, last)))

    def _forget(self, id: int) -> None:
        with self._lock:
            self._replies.pop(id, None)
        self._escalation.answered(id)

    def _on_exit(self, exit: Exit) -> None:
        with self._lock:
            self._conclude(exit)
            replies, self._replies = list(self._replies.values()), {}
        problem = self._state.problem or Note("session_closed")
        for reply in replies:
            reply.deliver(Failed(problem, exit.log))
        self._questions.fail_all(problem)
        self._settled.set()
        if self._peak_after_reply and self._state.phase == "closed":
            self._measured(self._recipe_as_loaded(), self._peak_after_reply)
        self._over.set()
        self._wake.set()

    def _recipe_as_loaded(self) -> Recipe:
        """With the number of layers that really are on a graphics card, where the engine tells it."""
        report = self._state.report
        told = report.options.get("gpu_layers") if report is not None else None
        if told is None:
            return self.recipe
        return replace(self.recipe, options={**self.recipe.options, "gpu_layers": told})

    def _conclude(self, exit: Exit) -> None:
        if self._state.phase == "failed":
            return
        if self._asked_to_close and not self._escalation.began:
            self._change(phase="closed")
            return
        death = crash.Death(
            code=exit.code,
            doing="answering" if self._replies else self._state.doing or self._state.phase,
            memory_bytes=self._state.memory_bytes,
            peak_bytes=max(self._state.peak_bytes, exit.peak_bytes),
            log=exit.log,
            bad_frame=exit.bad_frame,
            escalated=self._escalation.began,
        )
        phase = "closed" if self._asked_to_close else "dead"
        self._change(phase=phase, death=death, problem=crash.explain(death))

    def _watch(self) -> None:
        """Once a beat: memory, silence, and the next step against a worker that does not answer."""
        while not self._over.is_set():
            due = self._escalation.beat()
            self._measure()
            self._wake.wait(min(self._patience.beat, due if due is not None else self._patience.beat))
            self._wake.clear()

    def _measure(self) -> None:
        replied = self._has_replied
        used = memory.used_bytes(self.pid) or self._state.memory_bytes
        if replied:
            self._peak_after_reply = max(used, self._state.peak_bytes)
        silent = time.monotonic() - self._last_sign
        silent = silent if silent >= self._patience.silence else 0.0
        if used != self._state.memory_bytes or silent:
            self._change(memory_bytes=used, peak_bytes=max(used, self._state.peak_bytes), silent_s=silent)

    def _change(self, **changes: Any) -> None:
        with self._lock:
            if self._over.is_set():
                return
            before, self._state = self._state.phase, replace(self._state, **changes)
            if self._state.phase != before:
                journal.changed(self.pid, self._state)
            # Inside the lock, so that states are told in the order in which they came.
            self._publish(SessionChanged(self.id, self._state))
