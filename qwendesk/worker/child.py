"""The worker's main loop: read messages, keep one engine, run many requests."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import traceback
from typing import Any

import msgspec

from qwendesk.api.engine import Engine, LoadProgress, LoadReport
from qwendesk.api.options import build
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Delta, PromptRead, Resplit
from qwendesk.worker import guard, wire
from qwendesk.worker.frames import BadFrame, Frames
from qwendesk.worker.outbox import Outbox
from qwendesk.worker.replier import Replier

SIGN_OF_LIFE = 1.0


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
        self._running: dict[int, threading.Event] = {}
        self._doing = "starting"

    def handle(self, message: wire.ToWorker) -> None:
        """Act on one message; everything that takes time gets a thread of its own."""
        match message:
            case wire.Load():
                _thread("load", self._load, message)
            case wire.Generate():
                flag = self._running[message.id] = threading.Event()
                _thread(f"reply-{message.id}", self._generate, message, flag)
            case wire.Cancel():
                if running := self._running.get(message.id):
                    running.set()
            case wire.CountTokens():
                _thread(f"count-{message.id}", self._count, message)
            case wire.Shutdown():
                self.close()
                os._exit(0)

    def show_signs_of_life(self) -> None:
        pause = threading.Event()
        while not pause.wait(SIGN_OF_LIFE):
            if self._outbox.idle():
                self._outbox.send(
                    wire.Alive(f"{len(self._running)} replies" if self._running else self._doing)
                )

    def _load(self, message: wire.Load) -> None:
        self._doing = "loading"
        try:
            engine, report = self._open(message)
        except BaseException as error:  # native code panics with more than Exception
            self._outbox.send(wire.NotLoaded(_as_note(error)))
            return
        self._engine, self._replier = engine, Replier(engine, report)
        self._doing = "idle"
        self._outbox.send(wire.Loaded(report))

    def _open(self, message: wire.Load) -> tuple[Engine, LoadReport]:
        kind = _imported(message.engine)
        options = build(_imported(message.options_type), message.options)
        engine: Engine = kind()
        return engine, engine.load(message.model, options, self._progress)

    def _progress(self, progress: LoadProgress) -> None:
        self._outbox.send(wire.Loading(progress))

    def _generate(self, message: wire.Generate, flag: threading.Event) -> None:
        try:
            answer: msgspec.Struct = wire.Done(message.id, self._reply(message, flag))
        except BaseException as error:
            answer = wire.Broken(message.id, _as_note(error))
        self._running.pop(message.id, None)
        self._outbox.send(answer, last_of=message.id)

    def _reply(self, message: wire.Generate, flag: threading.Event) -> Any:
        if self._replier is None:
            raise Problem("model_not_loaded")

        def emit(event: PromptRead | Delta | Resplit) -> None:
            if isinstance(event, Delta):
                self._outbox.add(message.id, event)
            elif isinstance(event, PromptRead):
                self._outbox.send(wire.Reading(message.id, event))
            else:
                self._outbox.send(wire.Resplitted(message.id, event), last_of=message.id)

        return self._replier.run(message.request, message.sent, flag, emit)

    def _count(self, message: wire.CountTokens) -> None:
        try:
            if self._engine is None:
                raise Problem("model_not_loaded")
            answer: msgspec.Struct = wire.Counted(
                message.id, len(self._engine.tokenize(message.text, special=False))
            )
        except BaseException as error:
            answer = wire.Broken(message.id, _as_note(error))
        self._outbox.send(answer)

    def close(self) -> None:
        """Stop every request, free the engine, write what is left to say."""
        for flag in list(self._running.values()):
            flag.set()
        if self._engine is not None:
            closing = _thread("close", self._engine.close)
            closing.join(timeout=2)
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
