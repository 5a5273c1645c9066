"""Guesses at the next tokens, checked by the model in one go: a right guess is a token for free."""

from __future__ import annotations

from qwendesk.api.drafting import Lookup, Pace
from qwendesk_transformers.engine.job import Job


class Speculation:
    """Prompt lookup; `most` 0 turns it off."""

    def __init__(self, most: int = 0) -> None:
        self._most = most

    def begin(self, job: Job) -> None:
        """A request starts."""
        if self._most and job.request.draft:
            job.drafter, job.pace = Lookup(), Pace(self._most)
            job.drafter.follow(job.prompt)

    def guess(self, job: Job, room: int) -> list[int]:
        """The next tokens, at most `room`; none while guessing does not pay."""
        if job.drafter is None or room < 1:
            return []
        length = min(job.pace.length(), room)
        return job.drafter.guess(length) if length else []

    def follow(self, job: Job, token: int) -> None:
        """A token came."""
        if job.drafter is not None:
            job.drafter.follow([token])
