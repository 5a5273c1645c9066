"""The generated tokens: which they were, where in the text they begin, when they came."""

from __future__ import annotations

from bisect import bisect_left


class TokenTrace:
    """Three parallel lists, one entry per token.

    A *reasoning token* begins behind the `>` of `<think>` and before the `<` of `</think>`. So the line
    end after `<think>` counts where it is a token of its own, and the tags do not. A token that ends
    inside a character begins where that character does.
    """

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.starts: list[int] = []
        self.times: list[float] = []
        self.length = 0

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, id: int, characters: int, time: float) -> None:
        """A token that completed so many characters of the raw text."""
        self.ids.append(id)
        self.starts.append(self.length)
        self.times.append(time)
        self.length += characters

    def offset(self, index: int) -> int:
        """Where in the raw text this token begins, or where the text ends behind the last one."""
        return self.starts[index] if index < len(self.starts) else self.length

    def between(self, start: int, end: int) -> range:
        """The indices of the tokens that begin in this part of the raw text."""
        first = bisect_left(self.starts, start)
        return range(first, max(first, bisect_left(self.starts, end)))

    def containing(self, offset: int) -> int:
        """The index of the token that completed the character before this offset."""
        return max(0, bisect_left(self.starts, offset) - 1)

    def keep(self, count: int) -> None:
        """Forget all but the first tokens."""
        self.length = self.offset(count)
        for entries in (self.ids, self.starts, self.times):
            del entries[count:]
