"""Guesses at the next tokens, checked by the model in one go: a right guess is a token for free."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from qwendesk.api.drafting import Drafter, Pace
from qwendesk_transformers.engine.forward import Forward
from qwendesk_transformers.engine.job import Job
from qwendesk_transformers.engine.sequence import Sequence, common

_log = logging.getLogger(__name__)


class ModelDrafter:
    """A small model's greedy text (Leviathan et al. 2023, arXiv:2211.17192, with a greedy draft)."""

    def __init__(self, forward: Forward, sequence: Sequence, chunk: int) -> None:
        """The sequence is shared by all requests; it holds what was guessed for last.

        Args:
            chunk: how many tokens of a text are read at once: nobody waits for more than that.
        """
        self._forward, self._sequence, self._chunk = forward, sequence, chunk
        self._text: list[int] = []

    def follow(self, tokens: Iterable[int]) -> None:
        self._text.extend(tokens)

    def guess(self, count: int) -> list[int]:
        sequence, text = self._sequence, self._text
        if len(text) + count >= sequence.size:
            return []
        try:
            return self._guess(count)
        except Exception as error:  # most likely memory: the model goes on without a guess
            _log.warning("A guess failed: %s", type(error).__name__)
            sequence.keep(0)
            return []

    def _guess(self, count: int) -> list[int]:
        sequence, text = self._sequence, self._text
        sequence.keep(sequence.reachable(min(common(sequence.tokens, text), len(text) - 1)))
        found: list[int] = []
        feed = text[len(sequence) :]
        if len(feed) > self._chunk:  # it catches up, a piece for each token that is said meanwhile
            self._forward.read(sequence, feed[: self._chunk])
            return []
        while len(found) < count:
            found.append(int(self._forward.read(sequence, feed)[-1].argmax()))
            feed = found[-1:]
        return found


class Speculation:
    """`make` gives a request its drafter; `most` 0 turns all of it off."""

    def __init__(self, most: int = 0, make: Callable[[], Drafter] | None = None) -> None:
        self._most, self._make = most, make

    def begin(self, job: Job) -> None:
        """A request starts."""
        if self._make is None or not self._most or not job.request.draft or job.placed.media:
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
            job.drafter.follow([token])
