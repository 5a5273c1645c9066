"""Whether a model fits into the memory that is free, and what would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from qwendesk.models.facts import Facts
from qwendesk.models.memory.cache import BLOCKS
from qwendesk.models.memory.parts import Estimate

Verdict = Literal["fits", "tight", "too_big"]
Estimating = Callable[[Mapping[str, Any]], Estimate]

_SPARE = 256 << 20
_SHARE = 1.05
_CALM_SPARE = 1 << 30
_CALM_SHARE = 1.1
_SMALLEST_CONTEXT = 2048
_SMALL_CACHE = {"cache_type_k": "q8_0", "cache_type_v": "q8_0"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Load options that would make it fit, and the bytes that it would need then."""

    options: Mapping[str, Any]
    needed: int


@dataclass(frozen=True, slots=True)
class Fit:
    """The verdict: "fits"; "tight" (little is left for others, or a card must hold part of it); "too_big".

    Args:
        available: bytes of main memory that are free for it.
        suggestions: what would fit, where it does not: single changes, or all together where none is enough.
    """

    verdict: Verdict
    estimate: Estimate
    available: int
    suggestions: tuple[Suggestion, ...] = ()


def judge(needed: int, available: int) -> Verdict:
    """By a margin of 5 % and 256 MiB (a quarter of what is little): an estimate may be wrong, and others
    live here, too."""
    if needed * _SHARE + min(_SPARE, needed // 4) > available:
        return "too_big"
    return "tight" if needed * _CALM_SHARE + min(_CALM_SPARE, needed) > available else "fits"


def fit(facts: Facts, estimating: Estimating, options: Mapping[str, Any], available: int) -> Fit:
    """The verdict for these options. `estimating` gives the estimate for changed ones.

    Only options that are named here are suggested: a runtime need not have the others.
    """
    found = estimating(options)
    verdict = judge(found.total, available)
    if verdict != "too_big":
        return Fit(verdict, found, available)
    changes = list(_changes(facts, found, options))
    alone = [*changes, _shorter(estimating, options, available)]
    together = {name: value for one in changes for name, value in one.items()}
    shortened = {**together, **_shorter(estimating, {**options, **together}, available)}
    fitting = partial(_fitting, estimating, options, available)
    return Fit(verdict, found, available, fitting(alone) or fitting([together]) or fitting([shortened]))


def _fitting(
    estimating: Estimating, options: Mapping[str, Any], available: int, changes: Sequence[Mapping[str, Any]]
) -> tuple[Suggestion, ...]:
    """Those changes with which it fits."""
    tried = (Suggestion(one, estimating({**options, **one}).total) for one in changes if one)
    return tuple(one for one in tried if judge(one.needed, available) != "too_big")


def _changes(facts: Facts, found: Estimate, options: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if found.slots > 1 and "slots" in options:
        yield {"slots": 1}
    sizes = (facts.attention.key_size, facts.attention.value_size)
    block, small = BLOCKS["q8_0"]
    larger = {
        name: kind
        for name, kind in _SMALL_CACHE.items()
        if name in options and _bits(options[name]) * block > small
    }
    if larger and options.get("flash_attention") != "off" and not any(one % block for one in sizes):
        yield larger


def _bits(kind: Any) -> float:
    block, size = BLOCKS.get(kind if isinstance(kind, str) else "f16", BLOCKS["f16"])
    return size / block


def _shorter(estimating: Estimating, options: Mapping[str, Any], available: int) -> dict[str, Any]:
    """The longest context that fits, of those that are half as long, a quarter …; else the shortest.

    The number of slots is pinned: left alone, it would grow as the context shrinks.
    """
    found = estimating(options)
    pinned = {"slots": found.slots} if options.get("slots", 1) is None else {}
    context = found.context // 2 if "context" in options else 0
    while context // 2 >= _SMALLEST_CONTEXT:
        if judge(estimating({**options, **pinned, "context": context}).total, available) != "too_big":
            break
        context //= 2
    return {"context": context, **pinned} if context >= _SMALLEST_CONTEXT else {}
