"""Health checks: what a plugin may examine, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from qwendesk.api.problem import Note
from qwendesk.api.runtimes import Machine

Status = Literal["ok", "warn", "fail"]


class CheckContext(Protocol):
    """What a check may use of the application."""

    @property
    def machine(self) -> Machine: ...

    def ask(self, model: str, text: str, *, think: bool) -> str:
        """One question to a model in a worker process of its own, at temperature 0; raises Problem."""
        ...


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The state, a sentence about it and, unless it is ok, a fix; both as ids for the faces to word."""

    status: Status
    sentence: Note
    fix: Note | None = None


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A check's descriptor; `run` may take seconds and is called on a background thread."""

    id: str
    title: str
    run: Callable[[CheckContext], CheckResult] = field(repr=False)
