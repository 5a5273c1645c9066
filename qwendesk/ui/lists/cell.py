"""A row of a list as data: what stands where, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["good", "warn", "bad", ""]
SHAPES: dict[State, str] = {"good": "✓", "warn": "▲", "bad": "✕", "": "●"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as a shape and a word in its colour, and the reason beside it."""

    word: str
    state: State = ""
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.word}: {self.reason}" if self.reason else self.word


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do with a row: a button on it, and a line of its context menu.

    `shown` is False for what stands in the menu alone.
    """

    id: str
    title: str
    primary: bool = False
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row shows: a title with figures at the right, a dim line, a state; perhaps a bar.

    `progress` is between 0 and 1, or None for no bar; `tip` is the tooltip where the row has more to say.
    """

    title: str
    right: str = ""
    detail: str = ""
    mark: Mark | None = None
    progress: float | None = None
    deeds: tuple[Deed, ...] = ()
    tip: str = ""

    @property
    def spoken(self) -> str:
        """The row for a screen reader."""
        parts = (self.title, self.right, self.detail, str(self.mark) if self.mark is not None else "")
        return ", ".join(part for part in parts if part)
