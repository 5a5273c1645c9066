"""What the child sends: one writer thread, token events coalesced per request.

A request's first text leaves at once; after that at most one message per 16 ms. While the parent is
slow the pipe is full and the text simply gathers, so nothing grows without bound.
"""

from __future__ import annotations

import os
import threading
import time
import traceback
from collections import deque
from dataclasses import dataclass, field
from typing import BinaryIO

import msgspec

from qwendesk.api.engine import Token
from qwendesk.api.reply import Delta, Part
from qwendesk.worker.frames import pack
from qwendesk.worker.wire import Deltas

INTERVAL = 0.016


@dataclass(slots=True)
class _Run:
    """Neighbouring deltas of one part, still to be joined."""

    part: Part
    first: float
    last: float
    tokens: int = 0
    texts: list[str] = field(default_factory=list)
    probabilities: list[Token] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def add(self, delta: Delta) -> None:
        self.texts.append(delta.text)
        self.tokens += delta.tokens
        self.last = delta.last
        self.times.extend(delta.times)
        if delta.probabilities:
            self.probabilities.extend(delta.probabilities)

    def joined(self) -> Delta:
        text = "".join(self.texts)
        probabilities, times = tuple(self.probabilities), tuple(self.times)
        return Delta(self.part, text, self.tokens, self.first, self.last, probabilities, times)


class Outbox:
    """Ordered messages to the parent; safe to use from any thread."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._ready = threading.Condition()
        self._messages: deque[msgspec.Struct] = deque()
        self._gathered: dict[int, list[_Run]] = {}
        self._next_flush: dict[int, float] = {}
        self._closed = False
        self._writing = False
        self._thread = threading.Thread(target=self._write, name="outbox", daemon=True)
        self._thread.start()

    def send(self, message: msgspec.Struct, *, last_of: int | None = None) -> None:
        """Queue a message behind everything before it; `last_of` ends that request's text."""
        with self._ready:
            if last_of is not None:
                self._flush(last_of)
                self._next_flush.pop(last_of, None)
            self._messages.append(message)
            self._ready.notify()

    def idle(self) -> bool:
        """Whether everything sent so far is on its way."""
        with self._ready:
            return not self._messages and not self._writing

    def add(self, request: int, delta: Delta) -> None:
        """Gather text of a request."""
        with self._ready:
            runs = self._gathered.setdefault(request, [])
            if not runs or runs[-1].part != delta.part:
                runs.append(_Run(delta.part, delta.first, delta.last))
            runs[-1].add(delta)
            if request not in self._next_flush:
                self._next_flush[request] = 0.0
                self._ready.notify()
            elif len(runs) == 1 and len(runs[0].texts) == 1:
                # The writer may sleep without a deadline: tell it that there is one now.
                self._ready.notify()

    def _flush(self, request: int) -> None:
        runs = self._gathered.pop(request, None)
        if runs:
            self._messages.append(Deltas(request, [one.joined() for one in runs]))
            self._next_flush[request] = time.monotonic() + INTERVAL

    def _collect(self) -> bytes:
        """Everything that may leave now; waits until there is something. Empty means closed."""
        with self._ready:
            self._writing = False
            while True:
                now = time.monotonic()
                for request in [one for one in self._gathered if self._next_flush.get(one, 0.0) <= now]:
                    self._flush(request)
                if self._messages or self._closed:
                    break
                due = [self._next_flush.get(one, 0.0) for one in self._gathered]
                self._ready.wait(max(0.0, min(due) - now) if due else None)
            messages, self._messages = self._messages, deque()
            self._writing = True
        return b"".join(pack(one) for one in messages)

    def _write(self) -> None:
        try:
            while data := self._collect():
                self._pipe.write(data)
                self._pipe.flush()
        except OSError:
            # The parent is gone or closed the pipe; the reader of stdin sees the same and ends the process.
            return
        except Exception:
            # A message that cannot be packed: a silent worker would be worse than a dead one.
            traceback.print_exc()
            os._exit(1)

    def close(self) -> None:
        """Write what is left, then stop."""
        with self._ready:
            for request in list(self._gathered):
                self._flush(request)
            self._closed = True
            self._ready.notify()
        self._thread.join(timeout=2)
