"""Kill the worker of a real window at a random moment, and see what is left."""

from __future__ import annotations

import contextlib
import os
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

from qwendesk.chat.conversation import Turn
from qwendesk.chat.talk import TurnChanged
from qwendesk.ui.controller import Controller
from qwendesk.ui.room import Room

Until = Callable[[Callable[[], object]], None]
MOST_EVENTS = 12
"""Kills come while the model loads, while the prompt is read, and up to this many events of a reply later."""


@dataclass
class Killer:
    """Asks in a window's chat and kills the worker; `until` runs the event loop until something is so."""

    controller: Controller
    until: Until
    random: random.Random
    kills: int = 0
    too_late: int = 0
    _asked: int = 0
    _seen: list[Turn] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._room.bridge.happened.connect(self._on_event)

    @property
    def _room(self) -> Room:
        assert self.controller.room is not None
        return self.controller.room

    def _on_event(self, event: object) -> None:
        # What comes late is about a conversation that was left.
        if isinstance(event, TurnChanged) and event.turn.id == self._asked:
            self._seen.append(event.turn)

    @property
    def _last(self) -> Turn:
        talk = self._room.conversing.talk
        assert talk is not None
        return talk.conversation.turns[-1]

    def once(self) -> None:
        """Ask for a story, kill at a random moment, and start again. Asserts that nothing shown was lost."""
        conversing, window = self._room.conversing, self.controller.window
        conversing.new_chat()
        self._seen.clear()
        window.chat.send_requested.emit("Tell me a long story")
        self._asked = self._last.id
        moment = self.random.randrange(MOST_EVENTS)
        self.until(lambda: len(self._seen) >= moment or not self._last.running)
        shown = self._seen[-1] if self._seen else None
        self._kill()
        self.until(lambda: not self._last.running)
        self._must_hold(shown)
        assert window.isVisible()
        if self._last.state == "failed":
            self.kills += 1
            assert self._last.problem is not None
        else:
            self.too_late += 1  # the reply was whole before the signal came
        if self.random.random() < 0.5:
            conversing.restart()

    def _kill(self) -> None:
        session = self._room.conversing.session
        if session is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(session.pid, signal.SIGKILL)

    def _must_hold(self, shown: Turn | None) -> None:
        if shown is not None:
            assert self._last.reasoning.startswith(shown.reasoning)
            assert self._last.answer.startswith(shown.answer)
