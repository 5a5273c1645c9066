"""Does what a person asked for: finds the models and the texts, compares, asks, and measures speed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from qwendesk.api.problem import Note, Problem
from qwendesk.lab import texts
from qwendesk.lab.asked import Asked, Step
from qwendesk.lab.benching import BenchAdvance, Benching
from qwendesk.lab.benchplan import BenchWish
from qwendesk.lab.comparing import Comparing
from qwendesk.lab.distributions import is_one
from qwendesk.lab.entrants import Entrant, Entrants
from qwendesk.lab.measured import Row
from qwendesk.lab.tasks import reading
from qwendesk.lab.wish import Advance, Wish

Tell = Callable[[Step], None]
Asking = Callable[[], bool]


class Measuring:
    """Blocks; one call at a time."""

    def __init__(self, entrants: Entrants, comparing: Comparing, benching: Benching) -> None:
        self._entrants, self._comparing, self._benching = entrants, comparing, benching

    def __call__(self, asked: Asked, tell: Tell, stopped: Asking) -> tuple[Note, ...]:
        """What could not be measured, and why; a model that is gone costs no other one its rows.

        Raises:
            Problem: those of texts and tasks, and of the models where there is none left.
            Stopped: `stopped` said so; finished rows are kept.
        """
        entrants, notes = self._found(asked)
        if not entrants:
            problem = notes[0]
            raise Problem(problem.id, **problem.arguments)
        count = int(bool(asked.texts or asked.tasks)) + int(asked.speed)
        rows: list[Row] = []
        if asked.texts or asked.tasks:
            rows += self._comparing.run(self._wish(asked, entrants), _compared(tell, count), stopped)
        if asked.speed:
            rows += self._benching.run(
                BenchWish(entrants, asked.grid, asked.force), _benched(tell, count), stopped
            )
        failed = [one.problem for one in rows if one.problem is not None]
        return tuple(_once([*notes, *failed]))

    def _found(self, asked: Asked) -> tuple[tuple[Entrant, ...], list[Note]]:
        found, notes = [], []
        for name in asked.models:
            try:
                found.append(self._entrants.of(name))
            except Problem as problem:
                notes.append(problem.note())
        return tuple(found), notes

    def _wish(self, asked: Asked, entrants: tuple[Entrant, ...]) -> Wish:
        path = Path(asked.reference)
        is_file = bool(asked.reference) and is_one(path)
        return Wish(
            entrants,
            tuple(texts.find(one) for one in asked.texts),
            window=asked.window,
            reference=self._entrants.of(asked.reference) if asked.reference and not is_file else None,
            reference_file=path if is_file else None,
            tasks=reading.find(asked.tasks) if asked.tasks else None,
            since=asked.since,
            force=asked.force,
        )


def _once(notes: Sequence[Note]) -> list[Note]:
    """A model that could not be loaded says so once, not for each text."""
    found: list[Note] = []
    for one in notes:
        if one not in found:
            found.append(one)
    return found


def _compared(tell: Tell, count: int) -> Callable[[Advance], None]:
    def told(one: Advance) -> None:
        tell(
            Step(1, count, one.stage, one.entrant, one.text, one.fraction, one.seconds_left, bytes=one.bytes)
        )

    return told


def _benched(tell: Tell, count: int) -> Callable[[BenchAdvance], None]:
    def told(one: BenchAdvance) -> None:
        share = one.done / one.total if one.total else 0.0
        tell(Step(count, count, one.stage, one.name, "", share, one.seconds_left))

    return told
