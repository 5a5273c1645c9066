"""The SHA-256 of model files that are in use: from memory where it is known, else worked out meanwhile."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.models.verifying import Hashes, Stopped

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelHashed:
    """A file's hash is known now."""

    path: Path
    sha256: str


class Fingerprints:
    """One thread reads one file at a time; a file is asked for once."""

    def __init__(self, hashes: Hashes, publish: Callable[[object], None]) -> None:
        self._hashes, self._publish = hashes, publish
        self._asked: set[Path] = set()
        self._queue: queue.SimpleQueue[Path | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def of(self, path: Path) -> str:
        """The hash, or nothing where it is not known yet; then `ModelHashed` tells it. Reads the database."""
        if found := self._hashes.unchanged(path):
            return found
        with self._lock:
            if path not in self._asked and not self._closed.is_set():
                self._asked.add(path)
                self._queue.put(path)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="fingerprints", daemon=True)
                    self._thread.start()
        return ""

    def _run(self) -> None:
        while (path := self._queue.get()) is not None:
            try:
                self._publish(ModelHashed(path, self._hashes.sha256(path, self._closed.is_set)))
            except Stopped:
                return
            except Problem as problem:
                _log.info("No hash of a model: %s", problem.id)
            with self._lock:
                self._asked.discard(path)

    def close(self) -> None:
        """Stop within a mebibyte."""
        self._closed.set()
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join(timeout=5)
