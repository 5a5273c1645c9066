"""Whether several models are answered by together or one after the other, decided by what is free."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from qwendesk.api.problem import Problem
from qwendesk.chat.talk import Choice
from qwendesk.models.memory.fit import Fit, Room, judge
from qwendesk.runtimes.forecast import Forecast
from qwendesk.runtimes.service import Runtimes

Mode = Literal["together", "in turn"]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a question is answered.

    Args:
        unloads: each model has to be unloaded before the next one is loaded.
        needed: bytes of main memory that those would take that are not loaded yet; available: what is free.
    """

    mode: Mode
    unloads: bool = False
    needed: int = 0
    available: int = 0


class Planner:
    """Asks the forecast. Methods block: the first question about a file reads it."""

    def __init__(self, runtimes: Runtimes, forecast: Forecast) -> None:
        self._runtimes, self._forecast = runtimes, forecast

    def plan(self, missing: Collection[Choice], *, in_turn: bool) -> Plan:
        """For models that are not loaded yet, beside those that are. `in_turn` is a wish."""
        fits = [fit for one in missing if (fit := self.fit(one)) is not None]
        needed, available, holds = _together(fits)
        mode: Mode = "in turn" if in_turn or not holds else "together"
        return Plan(mode, not holds, needed, available)

    def must_fit(self, choice: Choice) -> None:
        """Raises Problem `comparison_too_big` (model, memory, most) where it does not even fit alone."""
        fit = self.fit(choice)
        if fit is not None and fit.verdict == "too_big":
            raise Problem(
                "comparison_too_big",
                model=choice.model.title,
                memory=fit.estimate.total,
                most=fit.available,
            )

    def fit(self, choice: Choice) -> Fit | None:
        """None where nobody can tell: loading it will say why."""
        try:
            runtime = self._runtimes.choose(choice.model, choice.runtime).id
            return self._forecast.fit(choice.model, runtime, choice.options)
        except Problem:
            return None


def _together(fits: Collection[Fit]) -> tuple[int, int, bool]:
    """Bytes of main memory for all, what is free, and whether memory and cards hold all of them at once."""
    needed, on_cards = sum(one.estimate.total for one in fits), sum(one.estimate.on("gpu") for one in fits)
    room = Room(min((one.available for one in fits), default=0), max((one.video for one in fits), default=0))
    in_memory = not fits or judge(needed, room.available) != "too_big"
    return needed, room.available, in_memory and (not on_cards or judge(on_cards, room.video) != "too_big")
