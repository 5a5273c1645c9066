"""What is known about a session, as one frozen value, and the event that says it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qwendesk.api.engine import LoadProgress, LoadReport
from qwendesk.api.problem import Note
from qwendesk.runtimes.crash import Death

Phase = Literal["starting", "loading", "ready", "closing", "closed", "failed", "dead"]


@dataclass(frozen=True, slots=True)
class SessionState:
    """A session at one moment.

    Args:
        progress: how far loading is; since: monotonic time at which this phase began.
        problem: why it is failed (the worker said so) or dead (it ended, see death).
        silent_s: seconds without a sign of life, once that is worth telling; else 0.
        memory_bytes, peak_bytes: PSS (elsewhere RSS) of the worker, now and at most; 0 is not read yet.
    """

    phase: Phase = "starting"
    since: float = 0.0
    progress: LoadProgress | None = None
    report: LoadReport | None = None
    load_s: float | None = None
    problem: Note | None = None
    death: Death | None = None
    doing: str = ""
    silent_s: float = 0.0
    memory_bytes: int = 0
    peak_bytes: int = 0

    @property
    def over(self) -> bool:
        """Whether this session will never answer again."""
        return self.phase in ("closed", "failed", "dead")


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """A session has a new state."""

    session: int
    state: SessionState
