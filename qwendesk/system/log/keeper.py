"""The log of this process: takes records in, keeps the last lines in memory, writes them on a thread.

Whoever logs only puts a line into a queue. Nobody waits for a disk, and a disk that is full, read-only or
gone costs nothing but the file.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.system.log.file import LogFile
from qwendesk.system.log.line import Line, harmless, level_of
from qwendesk.system.log.saying import described, said
from qwendesk.system.log.tokens import hide_tokens
from qwendesk.system.log.uncaught import Uncaught

REMEMBERED = 5_000
_WAITING = 10_000
"""Lines on their way to the disk; what comes faster than it writes is counted and left out."""
_PATIENCE_S = 2.0
_TALKATIVE = ("qwendesk", "worker")
_log = logging.getLogger(__name__)


class Log:
    """Listens to every logger from the beginning to `close`. No method raises.

    `trouble` is why the files are not written, or None.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble: Problem | None = None
        self._secrets: set[str] = set()
        self._lines: deque[tuple[int, Line]] = deque(maxlen=REMEMBERED)
        self._file = LogFile(folder, self._on_failed)
        self._door = _Door(self._secrets)
        self._listener = _Listener(self._door.queue, _Memory(self._lines), self._file)
        self._before = {name: logging.getLogger(name).level for name in _TALKATIVE}
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.INFO)
        logging.getLogger().addHandler(self._door)
        self._listener.start()
        self._uncaught = Uncaught()
        self._closed = False

    @property
    def file(self) -> Path:
        """Where this process writes, whether it has written or not."""
        return Path(self._file.baseFilename)

    def since(self, number: int = 0) -> tuple[int, list[Line]]:
        """Lines after the one of that number, and the number of the last; of any thread, at once."""
        newest = list(self._lines)
        return (newest[-1][0] if newest else number), [line for at, line in newest if at > number]

    def hide(self, secret: str) -> None:
        """Never write this, whatever it looks like."""
        self._secrets.add(secret)

    def flush(self) -> bool:
        """Wait for the disk, but not for long; whether all that was said until now is written."""
        written = threading.Event()
        self._door.queue.put(written)
        return written.wait(_PATIENCE_S)

    def close(self) -> None:
        """Write what is left and hear nothing more; a disk that hangs does not hold this up."""
        if self._closed:
            return
        self._closed = True
        self._uncaught.close()
        logging.getLogger().removeHandler(self._door)
        for name, level in self._before.items():
            logging.getLogger(name).setLevel(level)
        ending = threading.Thread(target=self._end, name="log-end", daemon=True)
        ending.start()
        ending.join(_PATIENCE_S)

    def _end(self) -> None:
        self._listener.stop()
        self._file.close()

    def _on_failed(self, error: OSError) -> None:
        detail = error.strerror or described(error)
        self.trouble = Problem("log_not_written", path=str(self.folder), detail=detail)
        # It reaches the lines in memory; the file leaves the disk alone for a while.
        _log.warning("The log is kept in memory only: %s", error)


class _Door(QueueHandler):
    """Makes a line of each record where it is said, and never waits."""

    queue: queue.SimpleQueue[Any]

    def __init__(self, secrets: set[str]) -> None:
        super().__init__(queue.SimpleQueue())
        self._secrets = secrets
        self._lost = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return _lined(record, hide_tokens(harmless(said(record)), tuple(self._secrets)))

    def enqueue(self, record: logging.LogRecord) -> None:
        if self.queue.qsize() >= _WAITING:
            self._lost += 1
            return
        if self._lost:
            lost, self._lost = self._lost, 0
            told = logging.LogRecord(__name__, logging.WARNING, __file__, 0, "", None, None)
            self.queue.put(_lined(told, f"{lost} lines came too fast and are missing here"))
        self.queue.put(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """A line that cannot be made is no reason for another one on stderr."""


def _lined(record: logging.LogRecord, text: str) -> logging.LogRecord:
    """A record of its own with nothing in it but the line: no arguments, no frames."""
    made = logging.LogRecord(record.name, record.levelno, record.pathname, record.lineno, text, None, None)
    pid = getattr(record, "of_process", None) or record.process or 0
    made.line = Line(record.created, level_of(_named(record.levelno)), record.name, pid, text)
    return made


def _named(number: int) -> str:
    """A level between the named ones is as serious as the one below it."""
    steps = ((logging.ERROR, "ERROR"), (logging.WARNING, "WARNING"))
    return next((name for least, name in steps if number >= least), "INFO")


class _Listener(QueueListener):
    """Also tells who waits that everything before is written."""

    def handle(self, record: Any) -> None:
        if isinstance(record, threading.Event):
            record.set()
        else:
            super().handle(record)


class _Memory(logging.Handler):
    """The last lines, numbered."""

    def __init__(self, lines: deque[tuple[int, Line]]) -> None:
        super().__init__()
        self._lines = lines
        self._last = 0

    def emit(self, record: logging.LogRecord) -> None:
        self._last += 1
        self._lines.append((self._last, record.line))  # type: ignore[attr-defined]
