"""What happens in a talk, told on the bus."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.messages import ToolCall
from qwendesk.api.problem import Note
from qwendesk.api.reply import ReplyEvent
from qwendesk.chat.turn import Turn


@dataclass(frozen=True, slots=True)
class TurnAdded:
    """A turn stands at the conversation's end, the `place`th of so many versions."""

    conversation: int
    turn: Turn
    place: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class TurnChanged:
    """A reply has come further. `event` is what happened, None where the turn was only stopped."""

    conversation: int
    turn: Turn
    event: ReplyEvent | None


@dataclass(frozen=True, slots=True)
class PathChanged:
    """Behind the turn `after` (None: from the start) these turns stand now, each with its place."""

    conversation: int
    after: int | None
    turns: tuple[tuple[Turn, tuple[int, int]], ...] = ()


@dataclass(frozen=True, slots=True)
class SummingUp:
    """The oldest turns are summed up: so many of so many pieces; a problem ends it."""

    conversation: int
    done: int
    total: int
    problem: Note | None = None


@dataclass(frozen=True, slots=True)
class LoadRefused:
    """The chosen model could not even start to load."""

    problem: Note


@dataclass(frozen=True, slots=True)
class CallWaits:
    """A reply asks for this call, and nothing runs before somebody decides; None when none waits any more."""

    conversation: int
    turn: int
    call: ToolCall | None
