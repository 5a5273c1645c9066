"""Ask the scripted engine through a Replier, and keep everything that happened."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fakes.scripted_engine import ScriptedEngine, ScriptedOptions
from qwendesk.api.engine import StopFlag
from qwendesk.api.messages import Message
from qwendesk.api.reply import Delta, Finished, PromptRead, ReplyRequest, Resplit
from qwendesk.worker.replier import Replier

QUESTION = "question"
# Tokenizers of several kinds: words, bytes, tags in pieces.
CUTS = [{"cut": 0}, {"cut": 1}, {"cut": 3}, {"cut": 2, "cuts_tags": True}, {"cut": 5, "cuts_tags": True}]


@dataclass
class Asked:
    """A finished reply, its events and the engine that gave it."""

    engine: ScriptedEngine
    events: list[PromptRead | Delta | Resplit] = field(default_factory=list)
    finished: Finished | None = None

    @property
    def reply(self) -> Finished:
        assert self.finished is not None
        return self.finished

    @property
    def deltas(self) -> list[Delta]:
        return [one for one in self.events if isinstance(one, Delta)]

    def shown(self) -> tuple[str, str]:
        """Reasoning and answer as someone sees them who follows the events."""
        parts = {"reasoning": "", "answer": ""}
        for event in self.events:
            if isinstance(event, Resplit):
                parts = {"reasoning": event.reasoning, "answer": event.answer}
            elif isinstance(event, Delta):
                parts[event.part] += event.text
        return parts["reasoning"], parts["answer"]

    def notes(self) -> list[str]:
        return [one.id for one in self.reply.notes]


class Ticks:
    """A clock that moves on by a second each time it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def ask(
    text: str | dict[str, Any],
    *,
    question: str = QUESTION,
    options: dict[str, Any] | None = None,
    stop: StopFlag | None = None,
    stop_texts: tuple[str, ...] = (),
    emit: Callable[[PromptRead | Delta | Resplit], None] | None = None,
    clock: Callable[[], float] | None = None,
    sent: float = 0.0,
    **request: Any,
) -> Asked:
    """The engine answers the question with this raw text."""
    asked = Asked(ScriptedEngine())
    report = asked.engine.load(None, ScriptedOptions(replies=json.dumps({question: text}), **options or {}))

    def keep(event: PromptRead | Delta | Resplit) -> None:
        asked.events.append(event)
        if emit is not None:
            emit(event)

    request.setdefault("messages", (Message("user", question),))
    replier = Replier(asked.engine, report)
    asked.finished = replier.run(
        ReplyRequest(stop=stop_texts, **request), sent, stop or threading.Event(), keep, clock or Ticks()
    )
    assert asked.engine.open == 0, "a generation was left open"
    assert asked.shown() == (asked.finished.reasoning, asked.finished.answer)
    return asked


def prompts(asked: Asked) -> list[str]:
    return [asked.engine.detokenize(one.tokens).decode() for one in asked.engine.requests]


def generated(asked: Asked, request: int) -> str:
    """What the second phase's prompt has more than the first one's."""
    return prompts(asked)[request].removeprefix(prompts(asked)[0])
