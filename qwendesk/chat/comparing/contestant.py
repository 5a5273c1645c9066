"""Who takes part in a comparison, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qwendesk.chat.comparing.plan import Plan
from qwendesk.chat.settings import Settings
from qwendesk.chat.talk import Choice
from qwendesk.chat.turn import Turn

Stage = Literal["idle", "waiting", "loading", "answering"]


@dataclass(frozen=True, slots=True)
class Contestant:
    """A model with its settings. Without a seed of its own it gets the one that all get."""

    label: str
    choice: Choice
    settings: Settings = Settings()


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as far as it has come, and what its worker took.

    Args:
        load_s: seconds that loading took; None where it was not loaded.
        memory_bytes: of the worker at most (PSS, elsewhere RSS); 0 is not read yet.
        shares: whether other contestants are answered by the same worker.
    """

    turn: Turn
    load_s: float | None = None
    memory_bytes: int = 0
    shares: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """A question, and each contestant's answer to it: None from one that was not asked or did not begin."""

    question: str
    answers: tuple[Answer | None, ...]


@dataclass(frozen=True, slots=True)
class ComparisonBegan:
    """A question is on its way to all; told before anything is loaded."""

    comparison: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class ContestantMoved:
    """A contestant is at another stage; "idle" once its answer is over."""

    comparison: int
    contestant: int
    stage: Stage


@dataclass(frozen=True, slots=True)
class ComparisonEnded:
    """Nobody answers any more."""

    comparison: int
