"""Exceptions that nobody caught: into the log, and then to whoever hears of them otherwise."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

_log = logging.getLogger(__name__)


class Uncaught:
    """Listens from the beginning to `close`."""

    def __init__(self) -> None:
        self._before, self._threads_before = sys.excepthook, threading.excepthook
        self._mine, self._threads_mine = self._on_error, self._on_thread_error
        sys.excepthook, threading.excepthook = self._mine, self._threads_mine

    def _on_error(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            _log.error("Nobody caught this", exc_info=error.with_traceback(trace))
        self._before(kind, error, trace)

    def _on_thread_error(self, given: threading.ExceptHookArgs) -> None:
        if isinstance(given.exc_value, Exception):
            _log.error("A thread ended with this", exc_info=given.exc_value)
        self._threads_before(given)

    def close(self) -> None:
        """Leave; where somebody else came after us, the way to them stays as it is."""
        if sys.excepthook is self._mine:
            sys.excepthook = self._before
        if threading.excepthook is self._threads_mine:
            threading.excepthook = self._threads_before
