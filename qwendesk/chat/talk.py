"""Talking with a model: a conversation, the model chosen for it, and the reply that is on its way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from qwendesk.api.engine import ContextFull
from qwendesk.api.messages import Thinking, Tool
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Failed, ReplyEvent, ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.chat.conversation import Conversation, Turn
from qwendesk.models.library import Model
from qwendesk.runtimes.reply import Reply
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import Session
from qwendesk.system.bus import Bus

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """How the next reply is made; see `qwendesk.api.reply.ReplyRequest`."""

    sampling: Sampling = Sampling()
    thinking: Thinking = Thinking()
    tools: tuple[Tool, ...] = ()
    stop: tuple[str, ...] = ()
    json_schema: dict[str, Any] | None = None
    logit_bias: dict[int, float] = field(default_factory=dict)
    context_full: ContextFull = "stop"
    draft: bool = True
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The model to talk with, the runtime (None: the best one here) and its load options."""

    model: Model
    runtime: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TurnAdded:
    """A turn stands at the conversation's end."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class TurnChanged:
    """A reply has come further. `event` is what happened, None where the turn was only stopped."""

    turn: Turn
    event: ReplyEvent | None


@dataclass(frozen=True, slots=True)
class TurnsDropped:
    """Everything behind this turn was removed (a retry)."""

    after: Turn


@dataclass(frozen=True, slots=True)
class LoadRefused:
    """The chosen model could not even start to load."""

    problem: Note


class Talk:
    """One conversation with one model at a time. No method blocks; what happens is told on the bus."""

    def __init__(self, runtimes: Runtimes, bus: Bus, choice: Choice) -> None:
        self.conversation = Conversation()
        self.choice = choice
        self._runtimes = runtimes
        self._bus = bus
        self._session: Session | None = None
        self._replies: dict[int, Reply] = {}
        self._stopped: set[int] = set()
        self._lock = threading.RLock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="talk")

    @property
    def session(self) -> Session | None:
        """The session in use, which may be loading or over."""
        return self._session

    def choose(self, choice: Choice) -> None:
        """Talk with this model from the next message on; what was loaded is unloaded."""
        with self._lock:
            self.choice = choice
            previous, self._session = self._session, None
        if previous is not None:
            previous.close()

    def load(self) -> None:
        """Load the chosen model now, unless it is loaded."""
        self._worker.submit(self._logged, self._load_or_refuse)

    def unload(self) -> None:
        """End the worker; all its memory comes back."""
        if self._session is not None:
            self._session.close()

    def send(self, text: str, settings: Settings, images: tuple[bytes, ...] = ()) -> Turn:
        """Append a question and start the reply to it; returns the reply's turn. Images are encoded files."""
        with self._lock:
            question = self.conversation.ask(text, images)
            self._bus.publish(TurnAdded(question))
            return self._answer(settings)

    def retry(self, settings: Settings) -> Turn | None:
        """Drop what follows the last question and answer it again; None where there is no question."""
        with self._lock:
            question = self.conversation.last_question()
            if question is None:
                return None
            self.stop()
            self.conversation.drop_after(question)
            self._bus.publish(TurnsDropped(question))
            return self._answer(settings)

    def stop(self) -> None:
        """Stop every reply that is on its way; what came in stays. While the model loads, the wait ends."""
        with self._lock:
            for running in [one for one in self.conversation.turns if one.running]:
                self._stopped.add(running.id)
                reply = self._replies.get(running.id)
                if reply is not None and not reply.over:
                    reply.cancel()
                else:
                    self._put(running.cancelled(), None)

    def clear(self) -> None:
        """Begin a new conversation with the same model."""
        with self._lock:
            self.stop()
            self.conversation = Conversation(self.conversation.system)

    def close(self) -> None:
        """Stop what runs. The runtimes close the sessions."""
        self.stop()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _answer(self, settings: Settings) -> Turn:
        messages = self.conversation.messages()
        turn = self.conversation.answer(self.choice.model.title)
        self._bus.publish(TurnAdded(turn))
        request = ReplyRequest(
            messages,
            sampling=settings.sampling,
            thinking=settings.thinking,
            tools=settings.tools,
            stop=settings.stop,
            json_schema=settings.json_schema,
            logit_bias=settings.logit_bias,
            context_full=settings.context_full,
            draft=settings.draft,
            fresh=settings.fresh,
        )
        self._worker.submit(self._logged, self._run, turn.id, request)
        return turn

    def _logged(self, work: Any, *arguments: Any) -> None:
        try:
            work(*arguments)
        except Exception:
            _log.exception("talk failed")

    def _load_or_refuse(self) -> None:
        try:
            self._current_session()
        except Exception as error:
            self._bus.publish(LoadRefused(_reason(error)))

    def _run(self, turn: int, request: ReplyRequest) -> None:
        try:
            session = self._current_session()
            session.wait_ready()
        except Exception as error:
            failed = self._session
            self._apply(turn, Failed(_reason(error), failed.log() if failed else ()))
            return
        with self._lock:
            self._replies = {id: one for id, one in self._replies.items() if not one.over}
            if turn not in self._stopped:
                self._replies[turn] = session.reply(request, lambda event: self._apply(turn, event))

    def _current_session(self) -> Session:
        with self._lock:
            session, choice = self._session, self.choice
        if session is not None and session.state.phase in ("starting", "loading", "ready"):
            return session
        opened = self._runtimes.open(choice.model, choice.runtime, choice.options)
        with self._lock:
            if choice is self.choice:
                self._session = opened
                return opened
        opened.close()  # another model was chosen meanwhile
        return self._current_session()

    def _apply(self, id: int, event: ReplyEvent) -> None:
        with self._lock:
            turn = next((one for one in self.conversation.turns if one.id == id), None)
            if turn is not None and turn.running:
                self._put(turn.after(event), event)

    def _put(self, turn: Turn, event: ReplyEvent | None) -> None:
        self.conversation.put(turn)
        self._bus.publish(TurnChanged(turn, event))


def _reason(error: Exception) -> Note:
    """A Problem as it is; anything else is our bug, told all the same: a turn never waits for ever."""
    if isinstance(error, Problem):
        return error.note()
    _log.error("talk failed", exc_info=error)
    return Note("internal", {"detail": f"{type(error).__name__}: {error}"[:500]})
