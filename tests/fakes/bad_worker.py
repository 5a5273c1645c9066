"""A worker that misbehaves on purpose: `python -m fakes.bad_worker MODE`. It speaks the protocol until it does not."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from qwendesk.api.engine import LoadReport
from qwendesk.api.reply import Delta, Finished, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.worker import wire
from qwendesk.worker.frames import Frames, pack
from qwendesk.worker.guard import take_over_pipes

SAID = "So far "


class BadWorker:
    """Loads at once and answers with a few words, unless its mode says otherwise."""

    def __init__(self, mode: str) -> None:
        self._mode = mode
        # Without the guard, whatever is printed lands inside the protocol.
        self._requests, self._answers = (
            (sys.stdin.buffer, sys.stdout.buffer) if mode == "prints" else take_over_pipes()
        )

    def run(self) -> None:
        self._send(wire.Hello(wire.PROTOCOL + (self._mode == "other_version"), os.getpid(), sys.executable))
        if self._mode == "ignores_terminate":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for message in Frames[Any](self._requests, wire.ToWorker):
            match message:
                case wire.Load():
                    self._load()
                case wire.Generate():
                    self._generate(message.id)
                case wire.Shutdown() if self._mode not in ("ignores_terminate", "hangs_in_token"):
                    return

    def _send(self, message: Any) -> None:
        self._answers.write(pack(message))
        self._answers.flush()

    def _load(self) -> None:
        act: dict[str, Callable[[], None]] = {
            "segfaults_at_load": lambda: os.kill(os.getpid(), signal.SIGSEGV),
            "hangs_at_load": hang,
            "prints": lambda: print("llama_model_loader: loaded meta data", flush=True),
            "floods_log": lambda: [os.write(2, b"x" * 999 + b"\n") for _ in range(20_000)] and None,
            "exits": lambda: os._exit(3),
        }
        act.get(self._mode, lambda: None)()
        self._send(wire.Loaded(LoadReport("bad", "1", 64, 1, None)))

    def _generate(self, id: int) -> None:
        now = time.monotonic()
        self._send(wire.Deltas(id, [Delta("answer", SAID, 2, now, now)]))
        act: dict[str, Callable[[], None]] = {
            "segfaults": lambda: os.kill(os.getpid(), signal.SIGSEGV),
            "aborts": abort_like_ggml,
            "is_killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
            "hangs_in_token": hang,
            "ignores_terminate": hang,
            "babbles": lambda: self._raw(b"\x00\x00\x00\x05hello"),
            "promises_too_much": lambda: self._raw(b"\xff\xff\xff\xff"),
            "floods": lambda: self._flood(id),
            "finishes": lambda: self._finish(id),
        }
        act.get(self._mode, lambda: None)()

    def _raw(self, data: bytes) -> None:
        self._answers.write(data)
        self._answers.flush()

    def _finish(self, id: int) -> None:
        times = Timings(None, None, None)
        self._send(wire.Done(id, Finished("stop", "", SAID, (), Usage(1, 0, 2), times, Sampling(seed=1))))

    def _flood(self, id: int) -> None:
        frame = pack(wire.Deltas(id, [Delta("answer", "x" * 100, 100, 0.0, 0.0)]))
        while True:
            self._answers.write(frame * 100)


def hang() -> None:
    threading.Event().wait()


def abort_like_ggml() -> None:
    os.write(2, b"ggml.c:1: GGML_ASSERT(sect_dims <= ne0) failed\n")
    os.abort()


if __name__ == "__main__":
    BadWorker(sys.argv[1]).run()
