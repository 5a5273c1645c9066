"""One generation running on a thread of its own, read as an iterator that can be left at any time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import Any

from qwendesk.api.engine import StopFlag

Chunk = dict[str, Any]

# How soon a set stop flag is seen while the server has nothing to say: a long batch, a full house.
_LOOK_S = 0.05


class Feed:
    """The chunks of one request, from the thread that receives them to the one that reads them."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self._items: SimpleQueue[Chunk | BaseException | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._on_cancel: Callable[[], None] | None = None

    def put(self, chunk: Chunk) -> bool:
        """Called with each chunk; True asks the sender to stop."""
        self._items.put(chunk)
        return self.cancelled.is_set()

    def when_cancelled(self, action: Callable[[], None] | None) -> None:
        """What ends the request at once, for a sender that is waiting and cannot ask `put`."""
        with self._lock:
            self._on_cancel = action
            if action is not None and self.cancelled.is_set():
                action()

    def run(self, send: Callable[[Feed], None]) -> None:
        """Send the request and wait for its end; whatever goes wrong is told to the reader."""
        try:
            send(self)
            self._items.put(None)
        except BaseException as error:
            self._items.put(error)

    def chunks(self, stop: StopFlag) -> Iterator[Chunk]:
        """The chunks until the end or until `stop` is set; raises what went wrong in the sender."""
        while not stop.is_set():
            try:
                item = self._items.get(timeout=_LOOK_S)
            except Empty:
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item

    def cancel(self) -> None:
        """Free the server's slot within one token or one batch of the prompt; does not wait for it."""
        with self._lock:
            self.cancelled.set()
            if self._on_cancel is not None:
                self._on_cancel()
