"""Regular expressions of strangers: only such as compile at once, and none may match for long.

The `regex` package gives up matching after a time, but it unrolls counted repetitions when it compiles, and
nothing ends that: counts are bounded here.
"""

from __future__ import annotations

import re

LONGEST = 500
MOST_REPEATS = 1000
"""For the product of all counts of a pattern, as if each stood within the one before."""
SECONDS = 0.25
_BRACES = re.compile(
    r"\\[\\{}]|(?P<name>\\[pP]\{\^?[A-Za-z_=]{1,40}\})|\{(?P<most>[0-9]{0,3}(?:,[0-9]{0,3})?)\}|[{}]"
)
_CALLS = re.compile(r"\(\?(?:R|&|P>|[+-]?[0-9])")


class Slow(Exception):
    """A pattern took longer than SECONDS on an answer, or more of the stack than there is."""


def why_not(pattern: str) -> str:
    """Why a pattern is not used, in English for a detail; empty where it is."""
    if len(pattern) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    if _CALLS.search(pattern):
        return "it calls itself or a part of itself"
    if (repeats := _repeats(pattern)) is None:
        return r"braces hold counts below 1000, or are written \{ and \}"
    if repeats > MOST_REPEATS:
        return f"its counts come to {repeats} repetitions, and {MOST_REPEATS} are the most"
    import regex  # a megabyte that only task sets need

    try:
        regex.compile(pattern, cache_pattern=False)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


def _repeats(pattern: str) -> int | None:
    """The product of the largest counts; None where a brace is anything else."""
    product = 1
    for found in _BRACES.finditer(pattern):
        if found["most"] is not None:
            counts = [int(one) for one in found["most"].split(",") if one]
            if not counts:
                return None
            product *= max(1, *counts)
        elif found["name"] is None and not found[0].startswith("\\"):
            return None
    return product


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches a pattern that was not refused. Raises Slow."""
    import regex

    try:
        found = regex.fullmatch(pattern, text, timeout=SECONDS, concurrent=True)
    except (TimeoutError, RecursionError) as error:
        raise Slow(pattern) from error
    return found is not None
