"""A worker's lines on their way to the application's log: no prompt text, and never a flood."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from qwendesk.runtimes import nativelines
from qwendesk.system.log.line import WORKER

MOST_IN_A_SECOND = 400
"""Loading a large model says about so much; an engine in its most verbose mode says that much for ever."""
_NUMBERS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class NativeLog:
    """For the thread that reads the worker's pipe; `text_sent` may be called from any."""

    def __init__(self, runtime: str, pid: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = logging.getLogger(f"{WORKER}{runtime}")
        self._pid, self._clock = pid, clock
        self._has_text = False
        self._second, self._count = 0.0, 0
        self._withheld = self._left_out = 0

    def text_sent(self) -> None:
        """From now on the worker knows what somebody typed."""
        self._has_text = True

    def __call__(self, line: str) -> None:
        """A line that the worker wrote."""
        if not line.strip():
            return
        kept = nativelines.harmless(line) if self._has_text else nativelines.unstamped(line)
        if kept is None:
            self._withheld += 1
        elif self._has_room():
            self._tell_missing()
            self._say(_NUMBERS[nativelines.level(line)], kept)
        else:
            self._left_out += 1

    def close(self) -> None:
        """The worker is gone."""
        self._tell_missing()

    def _has_room(self) -> bool:
        now = self._clock()
        if now - self._second >= 1:
            self._second, self._count = now, 0
        self._count += 1
        return self._count <= MOST_IN_A_SECOND

    def _tell_missing(self) -> None:
        if self._withheld:
            self._say(logging.INFO, f"({self._withheld} lines left out: they may hold text of a chat)")
        if self._left_out:
            self._say(logging.INFO, f"({self._left_out} lines left out: too many at once)")
        self._withheld = self._left_out = 0

    def _say(self, number: int, text: str) -> None:
        self._log.log(number, "%s", text, extra={"of_process": self._pid})
