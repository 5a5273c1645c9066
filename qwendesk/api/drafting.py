"""Guesses at how a text goes on, and how many of them are worth checking; any engine can use both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

_SHORTEST, _LONGEST_MATCH, _SHORTEST_MATCH = 2, 4, 2
_PATIENCE = 3
_REST = 32


class Drafter(Protocol):
    """Guesses how a text goes on."""

    def follow(self, tokens: Iterable[int]) -> None:
        """These tokens were added to the text."""
        ...

    def guess(self, count: int) -> list[int]:
        """At most `count` tokens; none where there is nothing to go by."""
        ...


class Lookup:
    """Prompt lookup (Saxena 2023, github.com/apoorvumang/prompt-lookup-decoding): what followed the last
    few tokens when they were there before."""

    def __init__(self) -> None:
        self._text: list[int] = []
        self._behind: dict[tuple[int, ...], int] = {}

    def follow(self, tokens: Iterable[int]) -> None:
        """Index the n-grams that end before each new token."""
        text, behind = self._text, self._behind
        for token in map(int, tokens):
            end = len(text)
            for length in range(_SHORTEST_MATCH, _LONGEST_MATCH + 1):
                if end >= length:
                    behind[tuple(text[end - length :])] = end
            text.append(token)

    def guess(self, count: int) -> list[int]:
        """The longest match wins, the latest of its places."""
        text = self._text
        for length in range(_LONGEST_MATCH, _SHORTEST_MATCH - 1, -1):
            place = self._behind.get(tuple(text[-length:])) if len(text) >= length else None
            if place is not None:
                return self._copied(place, count)
        return []

    def _copied(self, place: int, count: int) -> list[int]:
        """What stands at the place; behind the end of the text it goes on with the guess itself."""
        text, period = self._text, len(self._text) - place
        return [text[place + at % period] for at in range(count)]

    def close(self) -> None: ...


class Pace:
    """How many tokens to guess. Grows while guesses are right, shrinks while they are wrong, and rests
    after some failures in a row: then speculation costs nothing.

    It goes by what was accepted and never by the clock, so that the same request runs the same way twice.
    """

    def __init__(self, most: int) -> None:
        self.drafted = 0
        self.accepted = 0
        self._most = most
        self._length = min(_SHORTEST * 2, most)
        self._failures = 0
        self._rest = 0

    def length(self) -> int:
        """Tokens to guess now; 0 while resting."""
        if self._rest:
            self._rest -= 1
            return 0
        return self._length

    def judge(self, drafted: int, accepted: int) -> None:
        """A guess was checked."""
        self.drafted += drafted
        self.accepted += accepted
        if accepted == drafted:
            self._length, self._failures = min(self._length * 2, self._most), 0
        elif accepted * 2 >= drafted:
            self._failures = 0
        else:
            self._length = max(min(_SHORTEST, self._most), self._length // 2)
            self._failures += 1
        if self._failures >= _PATIENCE:
            self._failures, self._rest = 0, _REST
