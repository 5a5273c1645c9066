"""Loaded models by what is loaded: whoever asks for the same file and options gets the same worker."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.chat.talk import Choice
from qwendesk.models.model import Model
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import Session


@dataclass(frozen=True, slots=True)
class _Load:
    choice: Choice
    session: Session

    @property
    def gone(self) -> bool:
        """It was loaded once and is no more; what could not be loaded stays as the reason why."""
        return self.session.state.over and self.session.state.report is not None


class Loads:
    """Sessions of one comparison. `open` is what a Talk wants of the runtimes."""

    def __init__(self, runtimes: Runtimes) -> None:
        self._runtimes = runtimes
        self._loads: list[_Load] = []
        self._refused: list[tuple[Choice, Problem]] = []
        self._lock = threading.Lock()

    def open(
        self, model: Model, runtime: str | None = None, options: Mapping[str, Any] | None = None
    ) -> Session:
        """The session of this, begun now or before. Raises the Problems of `Runtimes.open`, or a refusal."""
        choice = Choice(model, runtime, options or {})
        with self._lock:
            for refused, problem in self._refused:
                if same(refused, choice):
                    raise Problem.of(problem.note())
            self._loads = [one for one in self._loads if not one.gone]
            found = self._of(choice)
            if found is None:
                found = _Load(choice, self._runtimes.open(model, runtime, options))
                self._loads.append(found)
            return found.session

    def session(self, choice: Choice) -> Session | None:
        """What was begun for this, over or not. Never waits for a file that is being opened."""
        found = self._of(choice)
        return found.session if found is not None else None

    def is_live(self, choice: Choice) -> bool:
        """Whether it is loaded or loading."""
        session = self.session(choice)
        return session is not None and not session.state.over

    def refuse(self, choice: Choice, problem: Problem) -> None:
        """Do not load this; whoever asks for it hears why."""
        with self._lock:
            self._refused.append((choice, problem))

    def forget_failed(self) -> None:
        """What was refused or could not be loaded may be tried again."""
        with self._lock:
            self._refused = []
            self._loads = [one for one in self._loads if not one.session.state.over]

    def close(self, keep: Collection[Choice] = ()) -> None:
        """Unload everything else; waits until its memory is back."""
        with self._lock:
            closed = [one for one in self._loads if all(not same(one.choice, other) for other in keep)]
            self._loads = [one for one in self._loads if one not in closed]
        for one in closed:
            one.session.close()
        for one in closed:
            one.session.join()

    def _of(self, choice: Choice) -> _Load | None:
        return next((one for one in self._loads if same(one.choice, choice)), None)


def same(one: Choice, other: Choice) -> bool:
    """Whether one worker can do for both."""
    return (one.model.path, one.runtime, dict(one.options)) == (
        other.model.path,
        other.runtime,
        dict(other.options),
    )


def distinct(choices: Collection[Choice]) -> list[Choice]:
    """Each once, in their order."""
    found: list[Choice] = []
    for choice in choices:
        if all(not same(choice, one) for one in found):
            found.append(choice)
    return found
