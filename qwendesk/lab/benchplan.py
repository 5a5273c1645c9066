"""What is loaded, how, and what is measured with it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qwendesk.api.options import Option
from qwendesk.api.speed import SpeedRequest
from qwendesk.lab.entrants import Entrant

LOAD_SETTINGS = ("threads", "cache_type_k", "cache_type_v", "flash_attention")
"""Load options that stand in a row's settings, where the runtime has them."""
Load = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Grid:
    """What speed is measured at: every combination of these.

    Args:
        prompts, decodes, depths: lengths in tokens, as in `SpeedRequest`.
        batches: requests at once.
        threads, cache_types, flash_attentions: load options; none leaves the runtime's own. A cache type is
            that of keys and values, or of keys/values: "q8_0", "q8_0/f16".
        repetitions: of every measurement; the median counts.
    """

    prompts: tuple[int, ...] = (512,)
    decodes: tuple[int, ...] = (128,)
    depths: tuple[int, ...] = (0,)
    batches: tuple[int, ...] = (1,)
    threads: tuple[int, ...] = ()
    cache_types: tuple[str, ...] = ()
    flash_attentions: tuple[str, ...] = ()
    repetitions: int = 5

    @property
    def is_empty(self) -> bool:
        """Whether nothing is read, and no more than the first token written."""
        return max(self.prompts) == 0 and max(self.decodes) <= 1


@dataclass(frozen=True, slots=True)
class BenchWish:
    """What to measure: every model at every point of the grid.

    Args:
        force: load also what will not fit into memory even alone.
    """

    entrants: tuple[Entrant, ...]
    grid: Grid = Grid()
    force: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Arm:
    """A model loaded in one way; one worker at a time holds it."""

    entrant: Entrant
    options: Load
    cases: tuple[SpeedRequest, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One repetition of one measurement."""

    round: int
    arm: Arm
    case: SpeedRequest


def arms(wish: BenchWish, has: Callable[[str], Mapping[str, Option]]) -> tuple[Arm, ...]:
    """Everything that is loaded. `has` gives a runtime's load options by name."""
    found = []
    for entrant in wish.entrants:
        known = has(entrant.runtime)
        for load in _loads(wish.grid):
            for batch in wish.grid.batches:
                cases = _cases(wish.grid, batch)
                found.append(Arm(entrant, _options(entrant, load, cases, known), cases))
    return tuple(found)


def steps(arms: tuple[Arm, ...], repetitions: int, *, together: bool) -> Iterator[Step]:
    """Every repetition, the models in turn: what slows the computer down for a while slows all of them down.

    `together`: all of them are loaded at once, and take turns after each measurement; else each is loaded
    for its turn, and all measurements are taken then.
    """
    most = max((len(one.cases) for one in arms), default=0)
    for round in range(repetitions):
        if together:
            for place in range(most):
                yield from (Step(round, one, one.cases[place]) for one in arms if place < len(one.cases))
        else:
            yield from (Step(round, one, case) for one in arms for case in one.cases)


def _loads(grid: Grid) -> Iterator[dict[str, Any]]:
    """Load options that were asked for."""
    loads = (grid.threads or (None,), grid.cache_types or (None,), grid.flash_attentions or (None,))
    for threads, cache, flash in itertools.product(*loads):
        keys, _slash, values = (cache or "").partition("/")
        asked = {
            "threads": threads,
            "cache_type_k": keys or None,
            "cache_type_v": values or keys or None,
            "flash_attention": flash,
        }
        yield {name: value for name, value in asked.items() if value is not None}


def _cases(grid: Grid, batch: int) -> tuple[SpeedRequest, ...]:
    sizes = itertools.product(grid.prompts, grid.decodes, grid.depths)
    return tuple(dict.fromkeys(SpeedRequest(*size, batch=batch) for size in sizes))


def _options(
    entrant: Entrant, asked: Load, cases: tuple[SpeedRequest, ...], known: Mapping[str, Option]
) -> dict[str, Any]:
    """What was asked for, and no more context and requests at once than that takes.

    A prompt cache would spend time on putting texts aside that never come again.
    """
    least = max(one.context for one in cases)
    own: dict[str, Any] = {"slots": cases[0].batch, "prompt_cache": 0}
    own = {name: value for name, value in own.items() if name in known}
    if context := known.get("context"):
        own["context"] = max(least, int(context.minimum or 1))
    return {**own, **entrant.options, **asked}
