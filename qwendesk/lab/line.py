"""One line of the lab's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qwendesk.api.problem import Note
from qwendesk.lab.figures import Reading, Speed, Tasks
from qwendesk.lab.interval import Interval
from qwendesk.lab.measured import Subject


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes at most, and whether they were measured while speeds were, or estimated for a context."""

    bytes: int
    is_measured: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """A measurement that did not succeed, and why; `about` is the name of the text or of the set of tasks,
    `sha256` the text's."""

    kind: str
    about: str
    sha256: str
    note: Note


@dataclass(frozen=True, slots=True)
class Line:
    """A model with all that is known of it.

    Attributes:
        key: tells lines apart.
        label: short, and unlike any other line's.
        is_reference: whether others are compared with this one.
        readings: by a text's SHA-256.
        drift: mean KL divergence over the table's texts in nats, each text weighted by its scored tokens,
            with its 95 % interval; None where a text was not read.
        scored: tokens that it is the mean of.
        same_top: over the same tokens, the share where both find the same token likeliest.
        speed: with the table's settings; `speeds` with all that were measured here.
    """

    key: str
    label: str
    subject: Subject
    is_reference: bool
    readings: Mapping[str, Reading]
    drift: Interval | None
    scored: int
    same_top: Interval | None
    speed: Speed | None
    speeds: tuple[Speed, ...]
    memory: Memory | None
    tasks: Tasks | None
    failures: tuple[Failure, ...]
