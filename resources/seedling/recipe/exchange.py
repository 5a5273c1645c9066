"""Exchange: one question and its one right reply."""

import zlib
from dataclasses import dataclass

from recipe.slot import plain

HELD_OUT = 10
"""One key in this many is kept for the evaluation."""


@dataclass(frozen=True)
class Exchange:
    """A user's message, the thought before the reply and the reply (texts with slot marks).

    ``brief`` is the reply in one word, where there is one. ``topic`` replaces the wording as the
    thing that is held out, where the wording matters less than the numbers in it.
    """

    user: str
    thought: str
    answer: str
    brief: str = ""
    topic: str = ""

    @property
    def held_out(self) -> bool:
        """Whether training must never see this exchange."""
        return is_held_out(self.topic or plain(self.user))


def is_held_out(key: str) -> bool:
    return zlib.crc32(key.encode()) % HELD_OUT == 0
