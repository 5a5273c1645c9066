"""Whether a model fits into the memory that is free, here and on graphics cards, and what would."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from qwendesk.models.facts import Facts
from qwendesk.models.memory.cache import BLOCKS
from qwendesk.models.memory.parts import Estimate

Verdict = Literal["fits", "tight", "too_big"]
Estimating = Callable[[Mapping[str, Any]], Estimate]

_WORST_FIRST: tuple[Verdict, ...] = ("too_big", "tight", "fits")
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
        video: bytes free on the cards that the runtime uses; 0 where there is none or nobody tells.
    """

    verdict: Verdict
    estimate: Estimate
    available: int
    suggestions: tuple[Suggestion, ...] = ()
    video: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that are free in main memory and on graphics cards."""

    available: int
    video: int = 0

    def holds(self, found: Estimate) -> Verdict:
        """The worse of the two verdicts."""
        verdicts = {judge(found.total, self.available), self.card_holds(found)}
        return next(one for one in _WORST_FIRST if one in verdicts)

    def card_holds(self, found: Estimate) -> Verdict:
        """What is on no card fits on any."""
        needed = found.on("gpu")
        return judge(needed, self.video) if needed else "fits"


def judge(needed: int, available: int) -> Verdict:
    """By a margin of 5 % and 256 MiB (a quarter of what is little): an estimate may be wrong, and others
    live here, too."""
    if needed * _SHARE + min(_SPARE, needed // 4) > available:
        return "too_big"
    return "tight" if needed * _CALM_SHARE + min(_CALM_SPARE, needed) > available else "fits"


def fit(facts: Facts, estimating: Estimating, options: Mapping[str, Any], room: Room) -> Fit:
    """The verdict for these options. `estimating` gives the estimate for changed ones.

    Only options that are named here are suggested: a runtime need not have the others.
    """
    placing = partial(_placed, facts, estimating, room)
    found = placing(options)
    verdict = _verdict(found, options, room)
    if verdict != "too_big":
        return Fit(verdict, found, room.available, video=room.video)
    changes = list(_changes(facts, found, options))
    shorter = partial(_shorter, placing, room=room)
    alone = [*changes, shorter(options), _fewer_layers(found, facts, estimating, options, room)]
    together = {name: value for one in changes for name, value in one.items()}
    shortened = {**together, **shorter({**options, **together})}
    fitting = partial(_fitting, placing, options, room)
    suggestions = fitting(alone) or fitting([together]) or fitting([shortened])
    return Fit(verdict, found, room.available, suggestions, room.video)


def _verdict(found: Estimate, options: Mapping[str, Any], room: Room) -> Verdict:
    """Where the runtime itself decides how much a card holds, a card that is nearly full is no news."""
    automatic = options.get("gpu_layers", 0) is None and room.card_holds(found) != "too_big"
    return judge(found.total, room.available) if automatic else room.holds(found)


def _placed(facts: Facts, estimating: Estimating, room: Room, options: Mapping[str, Any]) -> Estimate:
    """The estimate, with as many layers on the cards as fit there where the options leave that open."""
    if not room.video or options.get("gpu_layers", 0) is not None:  # 0: a runtime that places no layers
        return estimating(options)
    return estimating({**options, "gpu_layers": most_layers(facts, estimating, options, room)})


def most_layers(facts: Facts, estimating: Estimating, options: Mapping[str, Any], room: Room) -> int:
    """How many layers the cards hold, the output counted as one more."""

    def is_too_many(layers: int) -> bool:
        return room.card_holds(estimating({**options, "gpu_layers": layers})) == "too_big"

    return max(0, bisect_left(range(facts.layers + 2), True, key=is_too_many) - 1)


def _fewer_layers(
    found: Estimate, facts: Facts, estimating: Estimating, options: Mapping[str, Any], room: Room
) -> dict[str, Any]:
    """The number of layers that the cards hold, where more were asked for."""
    if options.get("gpu_layers") is None or room.card_holds(found) != "too_big":
        return {}
    return {"gpu_layers": most_layers(facts, estimating, options, room)}


def _fitting(
    estimating: Estimating, options: Mapping[str, Any], room: Room, changes: Sequence[Mapping[str, Any]]
) -> tuple[Suggestion, ...]:
    """Those changes with which it fits."""
    tried = ((one, estimating({**options, **one})) for one in changes if one)
    return tuple(Suggestion(one, found.total) for one, found in tried if room.holds(found) != "too_big")


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


def _shorter(estimating: Estimating, options: Mapping[str, Any], room: Room) -> dict[str, Any]:
    """The longest context that fits, of those that are half as long, a quarter …; else the shortest.

    The number of slots is pinned: left alone, it would grow as the context shrinks.
    """
    found = estimating(options)
    pinned = {"slots": found.slots} if options.get("slots", 1) is None else {}
    context = found.context // 2 if "context" in options else 0
    while context // 2 >= _SMALLEST_CONTEXT:
        if room.holds(estimating({**options, **pinned, "context": context})) != "too_big":
            break
        context //= 2
    return {"context": context, **pinned} if context >= _SMALLEST_CONTEXT else {}


def smaller(
    facts: Facts, estimating: Estimating, options: Mapping[str, Any], room: Room
) -> tuple[Suggestion, ...]:
    """Load options that take less, each change alone: for when memory ran out although it seemed to fit."""
    placing = partial(_placed, facts, estimating, room)
    found = placing(options)
    changes = [*_changes(facts, found, options), _shorter(placing, options, room)]
    tried = ((one, placing({**options, **one}).total) for one in changes if one)
    return tuple(Suggestion(one, needed) for one, needed in tried if needed < found.total)
