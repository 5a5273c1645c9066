"""The tool calls of a reply: each is asked for unless it was allowed, run elsewhere, told to the model."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Literal

from qwendesk.api.messages import ToolCall
from qwendesk.chat.events import CallWaits
from qwendesk.chat.settings import Settings
from qwendesk.chat.tools.permissions import Permissions
from qwendesk.chat.tools.toolbox import Result, Toolbox, refused

MOST_ROUNDS = 8
"""Replies with calls after one question; a model that never answers is stopped."""
Decision = Literal["run", "always", "refuse"]


@dataclass(slots=True)
class _Work:
    """The calls of one reply, in their order."""

    conversation: int
    turn: int
    settings: Settings
    left: list[ToolCall]
    results: list[Result] = field(default_factory=list)


class Calls:
    """One reply's calls at a time for each conversation. Methods do not block."""

    def __init__(
        self,
        run: Executor,
        publish: Callable[[object], None],
        over: Callable[[int, Settings, tuple[Result, ...]], None],
    ) -> None:
        """`over` hears the turn, its settings and all results, on another thread."""
        self._run, self._publish, self._over = run, publish, over
        self._work: dict[int, _Work] = {}
        self._permissions: dict[int, Permissions] = {}
        self._lock = threading.Lock()
        self.box = Toolbox()

    def begin(self, conversation: int, turn: int, calls: tuple[ToolCall, ...], settings: Settings) -> None:
        """Work through the calls of this reply."""
        with self._lock:
            self._work[turn] = _Work(conversation, turn, settings, list(calls))
        self._next(turn)

    def decide(self, turn: int, decision: Decision) -> None:
        """What shall become of the call that waits."""
        with self._lock:
            work = self._work.get(turn)
            if work is None or not work.left:
                return
            call = work.left.pop(0)
            if decision == "always":
                known = self._permissions.get(work.conversation, Permissions())
                self._permissions[work.conversation] = known.allowing(call.name)
        self._publish(CallWaits(work.conversation, turn, None))
        if decision == "refuse":
            self._done(work, refused(call))
        else:
            self._run.submit(self._carry_out, work, call)

    def drop(self, turn: int) -> None:
        """Nothing of this reply is run any more."""
        with self._lock:
            work = self._work.pop(turn, None)
        if work is not None:
            self._publish(CallWaits(work.conversation, turn, None))

    def waiting(self, turn: int) -> ToolCall | None:
        """The call of this reply that waits for a decision."""
        with self._lock:
            work = self._work.get(turn)
            return work.left[0] if work is not None and work.left else None

    def _next(self, turn: int) -> None:
        with self._lock:
            work = self._work.get(turn)
            if work is None:
                return
            call = work.left[0] if work.left else None
            if call is None:
                del self._work[turn]
            elif self._may_run(work.conversation, call):
                work.left.pop(0)
                self._run.submit(self._carry_out, work, call)
                return
        if call is None:
            self._over(turn, work.settings, tuple(work.results))
        else:
            self._publish(CallWaits(work.conversation, turn, call))

    def _may_run(self, conversation: int, call: ToolCall) -> bool:
        """One that is unknown only makes an error text, which nobody has to allow."""
        allowed = self._permissions.get(conversation, Permissions()).of(call.name) == "allowed"
        return allowed or call.name not in self.box

    def _carry_out(self, work: _Work, call: ToolCall) -> None:
        self._done(work, self.box.run(call))

    def _done(self, work: _Work, result: Result) -> None:
        with self._lock:
            work.results.append(result)
        self._next(work.turn)
