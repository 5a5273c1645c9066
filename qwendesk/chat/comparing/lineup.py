"""The contestants of a comparison beside one another, and what they were asked."""

from __future__ import annotations

from dataclasses import replace

from qwendesk.api.problem import Problem
from qwendesk.chat.comparing.contestant import Answer, Round
from qwendesk.chat.comparing.lane import Lane
from qwendesk.chat.comparing.loads import same
from qwendesk.chat.turn import Turn

LEAST, MOST = 2, 4


class Lineup:
    """Lanes in their order; `questions` in theirs."""

    def __init__(self) -> None:
        self.lanes: list[Lane] = []
        self.questions: list[str] = []

    def get(self, id: int) -> Lane:
        """The lane of that id. Raises KeyError."""
        found = next((one for one in self.lanes if one.id == id), None)
        if found is None:
            raise KeyError(id)
        return found

    def add(self, lane: Lane) -> None:
        """Raises Problem `comparison_count` (low, high, count) where there is no room for it."""
        if len(self.lanes) >= MOST:
            raise Problem("comparison_count", low=LEAST, high=MOST, count=MOST + 1)
        self.lanes.append(lane)

    def ask(self, text: str) -> list[tuple[Lane, Turn]]:
        """The question ends every talk. Raises Problem `comparison_count`, where there are too few."""
        if len(self.lanes) < LEAST:
            raise Problem("comparison_count", low=LEAST, high=MOST, count=len(self.lanes))
        self.questions.append(text)
        return [(one, one.ask(len(self.questions) - 1, text)) for one in self.lanes]

    def clear(self) -> None:
        """Nothing was asked."""
        self.questions = []
        for lane in self.lanes:
            lane.clear()

    def last_answer(self, lane: Lane) -> Answer | None:
        """To the last question, as far as it has come."""
        return self._answer(lane, len(self.questions) - 1)

    def rounds(self) -> list[Round]:
        """Every question with its answers, in the order of the lanes."""
        return [
            Round(text, tuple(self._answer(lane, number) for lane in self.lanes))
            for number, text in enumerate(self.questions)
        ]

    def _answer(self, lane: Lane, number: int) -> Answer | None:
        answer = lane.answer(number)
        shares = any(one is not lane and same(one.choice, lane.choice) for one in self.lanes)
        return replace(answer, shares=shares) if answer is not None else None
