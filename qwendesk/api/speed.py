"""How fast a loaded model reads and writes: what is asked for, and what one repetition gave."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpeedRequest:
    """One repetition; lengths are in tokens.

    Args:
        prompt: read behind `depth` tokens; 0 leaves that out.
        decode: written behind `depth` tokens; fewer than 2 leave that out.
        depth: are in the cache before.
        batch: requests at once, each of its own text.
        seed: another one makes another text.
    """

    prompt: int
    decode: int
    depth: int = 0
    batch: int = 1
    seed: int = 0

    @property
    def context(self) -> int:
        """Tokens that one of the requests needs room for."""
        return max(self.depth, 1) + max(self.prompt, self.decode) + 1


@dataclass(frozen=True, slots=True)
class Span:
    """So many tokens between two moments of the system-wide monotonic clock, in seconds.

    A token that came partly within it counts as that part.
    """

    tokens: float
    began: float
    ended: float

    @property
    def rate(self) -> float:
        """Tokens a second."""
        return self.tokens / (self.ended - self.began)


@dataclass(frozen=True, slots=True)
class Speed:
    """What a repetition gave; None was left out, or took no time that a clock sees.

    Args:
        read: prompt tokens that did not come from the cache, from the request to the first token of the
            last of the requests.
        written: decoded tokens, while all requests were at work: for one request (tokens - 1) between the
            first and the last.
    """

    read: Span | None = None
    written: Span | None = None
