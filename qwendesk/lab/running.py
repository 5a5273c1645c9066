"""The queue of the lab: what people asked to be measured, one at a time, on a thread of its own.

What is not finished stands in a file of the home. After a kill it is offered again: rows that were measured
by then are in the book, so it goes on where it was.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from qwendesk.api.problem import Note, Problem
from qwendesk.lab.asked import OVER, Asked, Run, Step
from qwendesk.lab.events import RunChanged, RunForgotten
from qwendesk.models.verifying import Stopped
from qwendesk.system.settings import write_atomically

Tell = Callable[[Step], None]
Measure = Callable[[Asked, Tell, Callable[[], bool]], tuple[Note, ...]]
"""Measures all that was asked for, and says what could not be. Raises Problem, Stopped."""
_JOIN_S = 20.0
_TELLING_S = 0.2
"""Steps that differ in their fraction alone are told no more often."""
_log = logging.getLogger(__name__)


class Queue:
    """Methods may be called from any thread, and return at once."""

    def __init__(self, measure: Measure, file: Path, publish: Callable[[object], None]) -> None:
        """`file` is for what is not finished; what stands in it is offered as stopped."""
        self._measure, self._file, self._publish = measure, file, publish
        self._lock = threading.RLock()
        self._stop, self._closed = threading.Event(), False
        self._thread: threading.Thread | None = None
        self._told = 0.0
        left = enumerate(_read(file), 1)
        self._runs = {id: Run(id, asked, "stopped") for id, asked in left}

    @property
    def runs(self) -> tuple[Run, ...]:
        """All of this session and what an earlier one left, the oldest first."""
        with self._lock:
            return tuple(self._runs.values())

    def add(self, asked: Asked) -> Run:
        """Measure this when its turn comes. The same that waits, or was left, is not asked for twice."""
        with self._lock:
            same = [one for one in self._runs.values() if _alike(one.asked, asked) and one.state != "done"]
            run = same[0] if same else Run(max(self._runs, default=0) + 1, asked)
            if run.state in OVER:  # asked for anew, and "again" means from now on
                run = replace(run, asked=asked)
            self._wait(run)
        return run

    def resume(self, id: int) -> None:
        """Go on with one that was stopped or failed."""
        with self._lock:
            run = self._runs.get(id)
        if run is not None:
            self._wait(run)

    def stop(self, id: int) -> None:
        """What is measured by now is kept; what is under way is not."""
        with self._lock:
            run = self._runs.get(id)
            if run is not None and run.state == "running":
                self._stop.set()
                return
        if run is not None and run.state == "waiting":
            self._change(replace(run, state="stopped"))

    def forget(self, id: int) -> None:
        """Take one that is over out of the queue. Its rows stay."""
        with self._lock:
            run = self._runs.get(id)
            if run is None or run.state not in OVER:
                return
            del self._runs[id]
            self._write()
        self._publish(RunForgotten(id))

    def close(self) -> None:
        """Stop, and wait for that; what is not finished is offered next time."""
        with self._lock:
            self._closed = True
            self._stop.set()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(_JOIN_S)

    def _wait(self, run: Run) -> None:
        """Its turn comes, unless it is under way already."""
        with self._lock:
            if run.state == "running" or self._closed:
                return
            self._change(replace(run, state="waiting", step=Step(), notes=(), problem=None))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="lab-queue", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while (run := self._next()) is not None:
            self._change(self._ended(run))

    def _next(self) -> Run | None:
        with self._lock:
            waiting = (one for one in self._runs.values() if one.state == "waiting")
            run = None if self._closed else next(waiting, None)
            if run is None:
                self._thread = None
                return None
            self._stop.clear()
            run = replace(run, state="running")
            self._change(run)
        return run

    def _ended(self, run: Run) -> Run:
        """Measured, and what came of it."""
        try:
            notes = self._measure(run.asked, lambda step: self._advance(run.id, step), self._stop.is_set)
        except Stopped:
            return replace(self._runs[run.id], state="stopped")
        except Problem as problem:
            return replace(self._runs[run.id], state="failed", problem=problem.note())
        except Exception as error:
            _log.exception("Measuring failed")
            note = Note("internal", {"detail": f"{type(error).__name__}: {error}"})
            return replace(self._runs[run.id], state="failed", problem=note)
        return replace(self._runs[run.id], state="done", notes=notes)

    def _advance(self, id: int, step: Step) -> None:
        with self._lock:
            before = self._runs[id]
            same = replace(before.step, fraction=0.0, seconds_left=None) == replace(
                step, fraction=0.0, seconds_left=None
            )
            now = time.monotonic()
            if same and now - self._told < _TELLING_S:
                return
            self._told = now
            run = self._runs[id] = replace(before, step=step)
        self._publish(RunChanged(run))

    def _change(self, run: Run) -> None:
        with self._lock:
            self._runs[run.id] = run
            self._write()
        self._publish(RunChanged(run))

    def _write(self) -> None:
        """One that is not kept is only not offered again."""
        left = [one.asked for one in self._runs.values() if one.state in ("waiting", "running", "stopped")]
        try:
            if left:
                write_atomically(self._file, msgspec.json.encode(left))
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("What is to be measured was not kept: %s", error.strerror)


def _alike(first: Asked, second: Asked) -> bool:
    """Whenever it was that everything was to be measured again."""
    both = bool(first.since) == bool(second.since)
    return both and replace(first, since=0.0) == replace(second, since=0.0)


def _read(file: Path) -> list[Asked]:
    """Nothing, where the file is missing or says something else."""
    try:
        found: Any = msgspec.json.decode(file.read_bytes(), type=list[Asked])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError) as error:
        _log.warning("What was to be measured cannot be read: %s", type(error).__name__)
        return []
    return list(found)
