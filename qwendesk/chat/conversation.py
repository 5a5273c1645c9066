"""A conversation: turns in order, each reply with its state and its figures."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import Literal

from qwendesk.api.messages import Message
from qwendesk.api.problem import Note
from qwendesk.api.reply import Delta, Failed, Finished, PromptRead, ReplyEvent, Resplit

TurnState = Literal["waiting", "reading", "streaming", "finished", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of the user's, or a reply as far as it has come.

    Args:
        problem: why a reply failed; what had come in before stays in `reasoning` and `answer`.
        read: how far the prompt is processed.
        reasoning_tokens, first, last: tokens of reasoning so far and the monotonic times around them.
    """

    id: int
    role: Literal["user", "assistant"]
    answer: str = ""
    reasoning: str = ""
    state: TurnState = "finished"
    read: PromptRead | None = None
    reasoning_tokens: int = 0
    tokens: int = 0
    first: float | None = None
    answer_first: float | None = None
    last: float | None = None
    finished: Finished | None = None
    problem: Note | None = None
    log: tuple[str, ...] = field(default=(), repr=False)
    model: str = ""
    images: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def running(self) -> bool:
        return self.state in ("waiting", "reading", "streaming")

    def after(self, event: ReplyEvent) -> Turn:
        """This turn once the event has happened."""
        match event:
            case PromptRead():
                return replace(self, state="reading", read=event)
            case Delta():
                return self._with_text(event)
            case Resplit():
                return replace(self, reasoning=event.reasoning, answer=event.answer)
            case Finished():
                state: TurnState = "cancelled" if event.reason == "cancelled" else "finished"
                return replace(
                    self, state=state, finished=event, reasoning=event.reasoning, answer=event.answer
                )
            case Failed():
                return replace(self, state="failed", problem=event.problem, log=event.log)

    def _with_text(self, delta: Delta) -> Turn:
        changes: dict[str, object] = {
            "state": "streaming",
            "tokens": self.tokens + delta.tokens,
            "first": delta.first if self.first is None else self.first,
            "last": delta.last,
        }
        if delta.part == "reasoning":
            changes |= {
                "reasoning": self.reasoning + delta.text,
                "reasoning_tokens": self.reasoning_tokens + delta.tokens,
            }
        else:
            changes |= {"answer": self.answer + delta.text}
            if self.answer_first is None:
                changes["answer_first"] = delta.first
        return replace(self, **changes)  # type: ignore[arg-type]

    def cancelled(self) -> Turn:
        """This turn, stopped before the model was asked."""
        return replace(self, state="cancelled")

    def message(self) -> Message:
        """The turn as the model will see it."""
        calls = self.finished.tool_calls if self.finished else ()
        return Message(self.role, self.answer, self.reasoning, calls, images=self.images)


# One count for all: a late event of a cleared conversation must not meet a turn of the next one.
_ids = itertools.count(1)


class Conversation:
    """Turns, appended at the end; the model's cache of the prefix stays good that way."""

    def __init__(self, system: str = "") -> None:
        self.system = system
        self.turns: list[Turn] = []

    def ask(self, text: str, images: tuple[bytes, ...] = ()) -> Turn:
        return self._add(Turn(next(_ids), "user", text, images=images))

    def answer(self, model: str) -> Turn:
        """An empty reply, waiting."""
        return self._add(Turn(next(_ids), "assistant", state="waiting", model=model))

    def _add(self, turn: Turn) -> Turn:
        self.turns.append(turn)
        return turn

    def put(self, turn: Turn) -> None:
        """Replace the turn of the same id, if it is still there."""
        for place in range(len(self.turns) - 1, -1, -1):
            if self.turns[place].id == turn.id:
                self.turns[place] = turn
                return

    def last_question(self) -> Turn | None:
        return next((one for one in reversed(self.turns) if one.role == "user"), None)

    def drop_after(self, turn: Turn) -> None:
        """Remove everything behind a turn."""
        place = next(at for at, one in enumerate(self.turns) if one.id == turn.id)
        del self.turns[place + 1 :]

    def messages(self) -> tuple[Message, ...]:
        """What the model is sent: the system message if any, then the turns; empty replies are left out."""
        system = (Message("system", self.system),) if self.system else ()
        spoken = (one.message() for one in self.turns)
        return system + tuple(one for one in spoken if one.role == "user" or one.content or one.tool_calls)
