"""Whether and how this model guesses ahead."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from qwendesk.api.drafting import Pace
from qwendesk_llamacpp.engine.drafts import Drafter
from qwendesk_llamacpp.engine.job import Job


class Speculation:
    """`make` gives a request its drafter; `most` 0 turns all of it off."""

    def __init__(self, most: int = 0, make: Callable[[], Drafter] | None = None) -> None:
        self._most = most
        self._make = make

    def begin(self, job: Job) -> None:
        """A request starts."""
        if self._make is None or not self._most or not job.request.draft or job.pictures:
            return
        job.drafter, job.pace = self._make(), Pace(self._most)
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
            job.drafter.follow(np.array([token], np.int32))
