"""Rows in, their ends out: as many on their way as the runtime has slots, also when a worker dies."""

from __future__ import annotations

import queue
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Delta, Failed, Finished, ReplyEvent
from qwendesk.chat.batch.row import Row
from qwendesk.models.model import Model
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import Session

AGAIN = 3
"""A row that was on its way when the worker died is asked again so often."""
_MOST_LOST = 5
_Heard = tuple[Row, Finished | Failed, bool]


class Asker:
    """One session at a time. A worker that dies is started again, and the rows that it took are asked
    again one by one: so the row that kills it is found, and the others get their answers.

    `tokens` is how many were generated so far.
    """

    def __init__(
        self, runtimes: Runtimes, model: Model, runtime: str | None, options: Mapping[str, Any]
    ) -> None:
        """Begins to load. Raises the Problems of `Runtimes.open`."""
        self.tokens = 0
        self._runtimes = runtimes
        self._session = runtimes.open(model, runtime, options)
        self._slots: int | None = None
        self._flying: set[int] = set()
        self._again: deque[Row] = deque()
        self._deaths: Counter[int] = Counter()
        self._lost = 0
        self._heard: queue.SimpleQueue[_Heard] = queue.SimpleQueue()

    def is_ready(self, timeout: float) -> bool:
        """Whether the model is loaded, by then at least; loads it again after a death that is dealt with.

        Raises:
            Problem: why it cannot be loaded, or what it dies of again and again.
        """
        if self._slots is not None and self._session.state.over and not self._flying:
            self._start_again()
        if self._slots is None:
            try:
                self._slots = max(1, self._session.wait_ready(timeout).slots)
            except TimeoutError:
                return False
        return True

    @property
    def has_room(self) -> bool:
        """Whether a further row can be asked now."""
        alone = self._again or any(self._deaths[one] for one in self._flying)
        return not alone and len(self._flying) < (self._slots or 0) and not self._session.state.over

    @property
    def busy(self) -> bool:
        return bool(self._flying or self._again)

    def ask(self, row: Row) -> None:
        """Send the row's request; it must have one."""
        assert row.request is not None
        session = self._session
        self._flying.add(row.number)
        session.reply(row.request, lambda event: self._hear(row, session, event))

    def _hear(self, row: Row, session: Session, event: ReplyEvent) -> None:
        """On the reader's thread; what a dead worker leaves behind comes when the session is over."""
        if isinstance(event, Delta):
            self.tokens += event.tokens
        elif isinstance(event, (Finished, Failed)):
            self._heard.put((row, event, session.state.over))

    def take(self, timeout: float) -> tuple[Row, Finished | Note] | None:
        """The next row that came to its end, in any order; None where none did in time.

        Raises:
            Problem: `session_closed`, where others unloaded the model.
        """
        if self._again and not self._flying:
            self.ask(self._again.popleft())
        try:
            row, event, is_over = self._heard.get(timeout=timeout)
        except queue.Empty:
            return None
        self._flying.discard(row.number)
        if isinstance(event, Finished) and event.reason == "cancelled":
            raise Problem("session_closed")
        if isinstance(event, Failed) and is_over:
            return self._on_death(row, event.problem)
        self._deaths.pop(row.number, None)
        self._lost = 0
        return row, event if isinstance(event, Finished) else event.problem

    def _on_death(self, row: Row, problem: Note) -> tuple[Row, Note] | None:
        self._deaths[row.number] += 1
        if self._deaths[row.number] <= AGAIN:
            self._again.append(row)
            return None
        del self._deaths[row.number]
        self._lost += 1
        return row, problem

    def _start_again(self) -> None:
        if self._lost >= _MOST_LOST:
            # It is not about the rows.
            raise Problem.of(self._session.state.problem or Note("session_closed"))
        self._session, self._slots = self._runtimes.again(self._session), None

    def close(self) -> None:
        """Stop what is on its way, and unload."""
        self._session.close()
