"""Stop strings: texts that end an answer and are not part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence


class StopStrings:
    """Lets text through up to the first stop string.

    The match that begins first wins, so the result is the same however the text is cut. Only text
    that may still turn out to be a stop string, or comes after such text, is held back.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self.found = False
        self._stops = tuple(one for one in stops if one)
        self._match = re.compile("|".join(map(re.escape, self._stops)))
        self._first = (
            re.compile("[" + re.escape("".join({one[0] for one in self._stops})) + "]")
            if self._stops
            else None
        )
        self._longest = max(map(len, self._stops), default=0)
        self._held = ""

    def feed(self, text: str) -> str:
        """The text that may be shown now; nothing more once `found`."""
        if self._first is None:
            return text
        return self._pass(text, final=False)

    def finish(self) -> str:
        """What was held back, when the answer has ended."""
        return "" if self._first is None else self._pass("", final=True)

    def reset(self) -> None:
        """Begin another answer; what was held back is forgotten."""
        self._held, self.found = "", False

    def _pass(self, text: str, *, final: bool) -> str:
        if self.found:
            return ""
        held = self._held + text
        match = self._match.search(held)
        limit = match.start() if match else len(held)
        keep = limit if final else self._begun(held, limit)
        self.found = match is not None and keep == limit
        self._held = "" if self.found else held[keep:]
        return held[:keep]

    def _begun(self, text: str, limit: int) -> int:
        """Where a stop string begins that is not complete yet, or `limit`."""
        assert self._first is not None
        for start in self._first.finditer(text, max(0, len(text) - self._longest + 1), limit):
            if any(one.startswith(text[start.start() :]) for one in self._stops):
                return start.start()
        return limit
