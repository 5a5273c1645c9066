"""What one sequence of the model's memory holds: its tokens, and the keys and values of each."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Many

from transformers.cache_utils import Cache, StaticCache

from qwendesk_transformers.engine import caches
from qwendesk_transformers.engine.media import Medium
from qwendesk_transformers.engine.spans import Span, position, whole


class Sequence:
    """Only the scheduler's thread may call anything."""

    def __init__(self, make: Callable[[], Cache], size: int, *, plain: bool) -> None:
        """`make` gives an empty cache for `size` tokens. `plain`: it can go back by any number of tokens."""
        self.size, self.plain = size, plain
        self._make = make
        self.tokens: list[int] = []
        self.spans: list[Span] = []
        self.cache = make()
        self.once: list[int] = []
        """What it held before it was emptied, to say why a prompt is read again."""

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def shared(self) -> bool:
        """Whether it can be put beside others: all tokens are kept, in memory of its own that grows."""
        return self.plain and not isinstance(self.cache, StaticCache)

    @property
    def place(self) -> int:
        """The position of the next token."""
        return position(len(self.tokens), self.spans)

    def read(self, tokens: Many[int], medium: Medium | None = None) -> None:
        """These tokens went through the model, or this medium, whose cells they are."""
        if medium is not None:
            self.spans.append(Span(len(self.tokens), medium.cells, medium.places))
        self.tokens.extend(tokens)

    def reachable(self, count: int) -> int:
        """The most tokens up to `count` that it can keep."""
        count = whole(count, self.spans)
        return count if self.plain or count == len(self.tokens) else 0

    def keep(self, count: int) -> None:
        """Go back to the first `count` tokens."""
        drop = len(self.tokens) - count
        if drop > 0:
            self.once = list(self.tokens)
        elif count:
            return
        if count == 0 or not self.plain:
            # Also of one that holds no token: a model that failed may have left something.
            self.cache, self.tokens, self.spans = caches.emptied(self.cache, self._make), [], []
            return
        self.spans = [one for one in self.spans if one.start < count]
        caches.crop(self.cache, drop)
        del self.tokens[count:]

    def give(self) -> Cache:
        """Its keys and values go into a batch with others; it holds none meanwhile."""
        given, self.cache = self.cache, self._make()
        return given

    def take(self, cache: Cache) -> None:
        """Its keys and values were in a batch with others meanwhile."""
        self.cache = cache


def common(one: Many[int], other: Many[int]) -> int:
    """How many tokens two texts have in common at their beginning."""
    limit = min(len(one), len(other))
    if list(one[:limit]) == list(other[:limit]):
        return limit
    return next(at for at in range(limit) if one[at] != other[at])
