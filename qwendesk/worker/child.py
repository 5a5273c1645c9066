"""The worker's main loop: read messages, keep one engine, run many requests; or do one job."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import msgspec

from qwendesk.api.engine import Engine, LoadProgress, LoadReport
from qwendesk.api.jobs import Job, JobProgress
from qwendesk.api.options import build
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Delta, PromptBuilt, PromptRead, Resplit
from qwendesk.worker import guard, wire
from qwendesk.worker.answers import Answers
from qwendesk.worker.deadline import Cancelled
from qwendesk.worker.frames import BadFrame, Frames
from qwendesk.worker.outbox import Outbox
from qwendesk.worker.replier import Replier

SIGN_OF_LIFE = 1.0
# How long the end waits for what was told to stop, and again for the engine.
CLOSE_S = 2.0


def main(parent: int | None = None) -> int:
    """Serve until the parent says so or is gone. `parent` is its process id."""
    requests, answers = guard.take_over_pipes()
    guard.ignore_interrupts()
    if parent is not None:
        guard.die_with_parent(parent)
    outbox = Outbox(answers)
    outbox.send(wire.Hello(wire.PROTOCOL, os.getpid(), sys.executable))
    child = Child(outbox)
    threading.Thread(target=child.show_signs_of_life, name="alive", daemon=True).start()
    try:
        for message in Frames[wire.ToWorker](requests, wire.ToWorker):
            child.handle(message)
    except BadFrame:
        traceback.print_exc()
    child.close()
    # Native threads may still run; waiting for them would keep a process that nobody needs.
    os._exit(0)


class Child:
    """One engine and the requests that run on it."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._engine: Engine | None = None
        self._replier: Replier | None = None
        self._answers: Answers | None = None
        self._running: dict[int, tuple[threading.Event, threading.Thread]] = {}
        self._doing = "starting"

    def handle(self, message: wire.ToWorker) -> None:
        """Act on one message; everything that takes time gets a thread of its own."""
        match message:
            case wire.Load():
                _thread("load", self._load, message)
            case wire.Generate():
                self._begin(f"reply-{message.id}", message, self._reply)
            case wire.Ask():
                self._begin(f"question-{message.id}", message, self._answer)
            case wire.RunJob():
                _thread("job", self._do, message)
            case wire.Cancel():
                if running := self._running.get(message.id):
                    running[0].set()
            case wire.Shutdown():
                self.close()
                os._exit(0)

    def show_signs_of_life(self) -> None:
        pause = threading.Event()
        while not pause.wait(SIGN_OF_LIFE):
            if self._outbox.idle():
                self._outbox.send(wire.Alive("answering" if self._running else self._doing))

    def _load(self, message: wire.Load) -> None:
        self._doing = "loading"
        try:
            engine, report = self._open(message)
        except BaseException as error:  # native code panics with more than Exception
            self._outbox.send(wire.NotLoaded(_as_note(error)))
            return
        self._engine, self._replier = engine, Replier(engine, report)
        self._answers = Answers(engine, report, self._replier)
        self._doing = "idle"
        self._outbox.send(wire.Loaded(report))

    def _open(self, message: wire.Load) -> tuple[Engine, LoadReport]:
        kind = _imported(message.engine)
        options = build(_imported(message.options_type), message.options)
        engine: Engine = kind()
        return engine, engine.load(message.model, options, self._progress)

    def _progress(self, progress: LoadProgress) -> None:
        self._outbox.send(wire.Loading(progress))

    def _do(self, message: wire.RunJob) -> None:
        self._doing = "working"
        try:
            job: Job = _imported(message.run)
            answer: wire.ToParent = wire.job_done(job(message.arguments, self._advance))
        except BaseException as error:
            answer = wire.JobFailed(_as_note(error))
        self._doing = "idle"
        self._outbox.send(answer)

    def _advance(self, progress: JobProgress) -> None:
        self._outbox.send(wire.Advanced(progress))

    def _begin(self, name: str, message: Any, work: Callable[[Any, threading.Event], msgspec.Struct]) -> None:
        flag = threading.Event()
        thread = threading.Thread(target=self._run, args=(message, flag, work), name=name, daemon=True)
        self._running[message.id] = (flag, thread)
        thread.start()

    def _run(
        self, message: Any, flag: threading.Event, work: Callable[[Any, threading.Event], msgspec.Struct]
    ) -> None:
        """Send what comes of a request as the last that is heard of it."""
        try:
            answer = work(message, flag)
        except BaseException as error:
            answer = wire.Broken(message.id, _as_note(error))
        self._running.pop(message.id, None)
        self._outbox.send(answer, last_of=message.id)

    def _reply(self, message: wire.Generate, flag: threading.Event) -> wire.Done:
        if self._replier is None:
            raise Problem("model_not_loaded")

        def emit(event: PromptBuilt | PromptRead | Delta | Resplit) -> None:
            if isinstance(event, Delta):
                self._outbox.add(message.id, event)
            elif isinstance(event, PromptBuilt):
                self._outbox.send(wire.Built(message.id, event))
            elif isinstance(event, PromptRead):
                self._outbox.send(wire.Reading(message.id, event))
            else:
                self._outbox.send(wire.Resplitted(message.id, event), last_of=message.id)

        return wire.Done(message.id, self._replier.run(message.request, message.sent, flag, emit))

    def _answer(self, message: wire.Ask, flag: threading.Event) -> wire.Answered:
        if self._answers is None:
            raise Problem("model_not_loaded")
        try:
            answer = self._answers.answer(
                message.question,
                flag,
                lambda done, total: self._outbox.send(wire.Working(message.id, done, total)),
            )
        except Cancelled:
            answer = None
        return wire.answered(message.id, answer)

    def close(self) -> None:
        """Stop every request, free the engine, write what is left to say."""
        running = list(self._running.values())
        for flag, _ in running:
            flag.set()
        until = time.monotonic() + CLOSE_S
        for _, thread in running:
            thread.join(max(0.0, until - time.monotonic()))
        # Native memory is not freed under a call that still uses it: the end of the process frees it, too.
        if self._engine is not None and not any(thread.is_alive() for _, thread in running):
            closing = _thread("close", self._engine.close)
            closing.join(CLOSE_S)
        self._outbox.close()


def _thread(name: str, work: Any, *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, name=name, daemon=True)
    thread.start()
    return thread


def _imported(place: str) -> Any:
    module, _, name = place.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except ImportError as error:
        raise Problem("engine_missing", module=module, detail=str(error)) from error


def _as_note(error: BaseException) -> Note:
    """A Problem as it is; anything else is our bug: traceback to the log, its last line to the face."""
    if isinstance(error, Problem):
        return error.note()
    traceback.print_exception(error)
    return Note("internal", {"detail": f"{type(error).__name__}: {error}"[:500]})
