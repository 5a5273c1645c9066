"""Whether a download should stop."""

from __future__ import annotations

import threading

from qwendesk.api.http import Stream
from qwendesk.models.downloads.pace import Stopped


class Wish:
    """Whether to stop, told from another thread, also to a thread that waits for bytes."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._stream: Stream | None = None

    def stop(self) -> None:
        self._stop.set()
        with self._lock:
            if self._stream is not None:
                self._stream.abort()

    def stopped(self) -> bool:
        return self._stop.is_set()

    def wait(self, seconds: float) -> None:
        """Sleep, unless it is time to stop. Raises Stopped."""
        if self._stop.wait(seconds):
            raise Stopped

    def reading(self, stream: Stream | None) -> None:
        """This stream is being read now. Raises Stopped."""
        with self._lock:
            self._stream = stream
        if stream is not None and self._stop.is_set():
            raise Stopped
