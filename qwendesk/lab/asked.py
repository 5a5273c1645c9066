"""What a person asked the lab to measure, and how far that is: plain data, which outlives a kill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qwendesk.api.problem import Note
from qwendesk.lab.benchplan import Grid
from qwendesk.lab.quality import WINDOW

State = Literal["waiting", "running", "stopped", "done", "failed"]
"""A run that was stopped, or whose program was killed, can go on: what it measured is kept."""
OVER: tuple[State, ...] = ("stopped", "done", "failed")


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything by the name that a person would type.

    Args:
        models: as `Entrants.of` reads them.
        texts: names of bundled texts, or paths.
        window: tokens read at once.
        reference: one like `models`, or the path of a file with log-probabilities; empty for the largest.
        tasks: questions that are asked, too: "built-in", or the path of a file; empty for none.
        speed: whether speed and memory are measured; `grid` says at what.
        since: rows that were measured before this are measured again; seconds since 1970. One that goes on
            after a stop keeps what it measured itself.
        force: load also what will not fit into memory.
    """

    models: tuple[str, ...]
    texts: tuple[str, ...] = ("english",)
    window: int = WINDOW
    reference: str = ""
    tasks: str = ""
    speed: bool = False
    grid: Grid = Grid()
    since: float = 0.0
    force: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run is.

    Args:
        number: of the step that is taken, from 1; of `count`: texts and tasks are one, speed is another.
        stage: that of `lab.wish.Advance` or `lab.benching.BenchAdvance`.
        fraction: of this step; `seconds_left` until its end, None while nothing can be said.
        bytes: that a file of the reference takes, while it is written.
    """

    number: int = 1
    count: int = 1
    stage: str = ""
    entrant: str = ""
    text: str = ""
    fraction: float = 0.0
    seconds_left: float | None = None
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One of the queue.

    Args:
        notes: what could not be measured, and why; the rest was.
        problem: why it failed as a whole.
    """

    id: int
    asked: Asked
    state: State = "waiting"
    step: Step = Step()
    notes: tuple[Note, ...] = ()
    problem: Note | None = None
