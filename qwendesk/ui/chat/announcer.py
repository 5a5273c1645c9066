"""Each finished sentence of a streaming reply, once, for a screen reader."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s)|[。！？]|\n")
_LONGEST = 400


class Announcer:
    """Told a leaf's words as they grow, gives back what is new and complete."""

    def __init__(self) -> None:
        self._leaf = -1
        self._said = 0

    def hear(self, leaf: int, words: str, *, final: bool) -> list[str]:
        """`leaf` numbers the leaves of the reply; a final leaf's last sentence needs no full stop."""
        if leaf < self._leaf:
            return []
        if leaf > self._leaf:
            self._leaf, self._said = leaf, 0
        found: list[str] = []
        for end in _END.finditer(words, self._said):
            found.append(words[self._said : end.end()])
            self._said = end.end()
        if final or len(words) - self._said > _LONGEST:
            found.append(words[self._said :])
            self._said = len(words)
        return [sentence.strip() for sentence in found if sentence.strip()]
