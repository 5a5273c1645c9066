"""Health checks: what a plugin may examine, what it answers, and what it can mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from qwendesk.api.problem import Note, Value
from qwendesk.api.reply import Finished
from qwendesk.api.runtimes import Machine, RuntimeSpec

Status = Literal["ok", "warn", "fail"]
Pace = Literal["fast", "deep", "thorough", "network"]
"""When a check runs: "fast" ones at every start, in a few milliseconds; "deep" ones on demand, in seconds;
"thorough" ones read or load every model, and those that leave this computer need the "network": both only
when they are asked for."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Two true replies by the bundled model on one runtime, at temperature 0, to the same question.

    Args:
        question, right: what was asked, and what a right answer holds.
        plain, thinking: the replies without and with reasoning.
        best_tps: the decode speed of the fastest of several replies; on a busy machine single ones vary.
        usual_tps: the same of earlier good trials, their median; None where there were none. A trial was good
            where every answer was right and the speed at least half of what was usual then.
        instructions: instruction sets that the engine's build uses here ("AVX2"), where it tells.
    """

    question: str
    right: str
    plain: Finished
    thinking: Finished
    best_tps: float | None = None
    usual_tps: float | None = None
    instructions: tuple[str, ...] = ()


class CheckContext(Protocol):
    """What a check, or a fix, may use of the application."""

    @property
    def machine(self) -> Machine: ...

    def runtimes(self) -> Sequence[RuntimeSpec]:
        """Those that work here."""
        ...

    def trial(self, runtime: str) -> Trial:
        """Let the bundled model answer on this runtime; once in a run of checks. Blocks; raises Problem."""
        ...

    def tell(self, done: int, total: int) -> None:
        """How far something long is."""
        ...

    def stopped(self) -> bool:
        """Whether the person has stopped it: give up, with whatever exception."""
        ...


@dataclass(frozen=True, slots=True)
class Fix:
    """What helps at the press of a button, or by `qwendesk doctor --fix`.

    Args:
        label: words for the button ("Repair {model}"), marked for translation; `about` fills them.
        act: does it, on a background thread; returns what it did, raises Problem where it cannot.
    """

    label: str
    act: Callable[[CheckContext], Note] = field(repr=False)
    about: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The state and a sentence about it; all texts as ids for the faces to word.

    Args:
        advice: what to do, where the sentence does not say it.
        subject: what of several this is about (a model, a runtime); empty where the check has one result.
        detail: what else is known, for those who want to see it.
        fix: what can be done at the press of a button.
    """

    status: Status
    sentence: Note
    advice: Note | None = None
    subject: str = ""
    detail: tuple[Note, ...] = ()
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A check's descriptor. `title` is a question; `run` is called on a background thread.

    It answers with one result, or one for each subject. One that raises has failed.
    """

    id: str
    title: str
    run: Callable[[CheckContext], CheckResult | Iterable[CheckResult]] = field(repr=False)
    pace: Pace = "deep"
