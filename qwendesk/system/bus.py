"""The event bus: typed events in the past tense, delivered on the publisher's thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

Listener = Callable[[Any], None]
_log = logging.getLogger(__name__)


class Bus:
    """Publish and subscribe. A listener that raises is logged and costs no other listener the event."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event from now on; returns the way to end that."""
        with self._lock:
            self._listeners += (listener,)
        return lambda: self._remove(listener)

    def _remove(self, listener: Listener) -> None:
        with self._lock:
            self._listeners = tuple(one for one in self._listeners if one is not listener)

    def publish(self, event: object) -> None:
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                _log.exception("A listener failed on %s", type(event).__name__)
