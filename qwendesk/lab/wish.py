"""What somebody wants compared, and how far that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qwendesk.lab import quality
from qwendesk.lab.entrants import Entrant
from qwendesk.lab.tasks.task import TaskSet


class Passage(Protocol):
    """A text to read: what the report calls it, what it says, and its hash."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What to compare.

    Args:
        reference: None for the largest of the entrants.
        tasks: questions that each model answers, too.
        reference_file: distributions that were made elsewhere, in the place of a reference; of one text.
        since: rows of the book that were measured before this are measured again; seconds since 1970.
        force: load also what will not fit into memory.
        keep_reference: leave the reference's files where they are, for a later comparison.
    """

    entrants: tuple[Entrant, ...]
    texts: tuple[Passage, ...]
    window: int = quality.WINDOW
    reference: Entrant | None = None
    reference_file: Path | None = None
    tasks: TaskSet | None = None
    since: float = 0.0
    force: bool = False
    keep_reference: bool = False


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a comparison is.

    Args:
        stage: "hash", "load", "write" (the reference reads, its file takes `bytes`), "read" or "done".
        fraction: of all its work; seconds_left: None while nothing can be said.
    """

    stage: str
    entrant: str = ""
    text: str = ""
    bytes: int = 0
    fraction: float = 0.0
    seconds_left: float | None = None


Progress = Callable[[Advance], None]
