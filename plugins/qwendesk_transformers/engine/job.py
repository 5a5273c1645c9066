"""One request on its way: what the scheduler's thread and the thread that reads its events share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

from qwendesk.api.drafting import Drafter, Pace
from qwendesk.api.engine import Completion, EngineEvent, EngineRequest, Reuse, StopFlag, StopReason
from qwendesk_transformers.engine.media import Placed
from qwendesk_transformers.engine.sampler import Sampler

# How soon a set stop flag is seen while the model is busy with a piece of a prompt. Each look takes the
# interpreter away from the thread that runs the model: felt where other programs want the cores, too.
_LOOK_S = 0.1


class Job:
    """The reader's side is `events`, everything else belongs to the scheduler's thread."""

    def __init__(self, request: EngineRequest, placed: Placed, make_sampler: Callable[[], Sampler]) -> None:
        self.request, self.placed, self.prompt = request, placed, placed.cells
        self.cancelled = threading.Event()
        self.released = threading.Event()
        self.make_sampler = make_sampler
        self.sampler: Sampler | None = None
        self.drafter: Drafter | None = None
        self.pace = Pace(0)
        self.last: int | None = None
        self.produced = 0
        self.reused = 0
        self.reuse: Reuse = "unknown"
        self._inbox: SimpleQueue[EngineEvent | BaseException] = SimpleQueue()

    def tell(self, event: EngineEvent | BaseException) -> None:
        """Pass something to the reader; an exception is raised there."""
        self._inbox.put(event)

    def end(self, reason: StopReason) -> None:
        """The last event."""
        pace = self.pace
        count = len(self.prompt)
        self.tell(Completion(reason, count, self.reused, self.reuse, pace.drafted, pace.accepted))

    def remaining(self) -> int | None:
        """Tokens that may still come; None is no limit."""
        limit = self.request.max_tokens
        return None if limit is None else limit - self.produced

    def events(self, stop: StopFlag) -> Iterator[EngineEvent]:
        """What is told, until the Completion or until `stop` is set."""
        while not stop.is_set():
            try:
                event = self._inbox.get(timeout=_LOOK_S)
            except Empty:
                continue
            if isinstance(event, BaseException):
                raise event
            if stop.is_set():
                return
            yield event
            if isinstance(event, Completion):
                return

    def free(self) -> None:
        """The scheduler is done with it."""
        self.sampler = self.drafter = None
        self.placed = Placed(self.prompt)  # images are large
        self.released.set()
