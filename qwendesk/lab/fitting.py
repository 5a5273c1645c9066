"""How much context fits: the memory of each model by its context, and this machine's limit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qwendesk.models.facts import Facts
from qwendesk.models.memory.estimate import estimate
from qwendesk.models.memory.fit import Room, judge
from qwendesk.models.memory.parts import Device, Estimate, Host

_CELLS = 256
"""Runtimes round a context up to multiples of it."""
_SHORTEST, _UNKNOWN = 512, 32_768


@dataclass(frozen=True, slots=True)
class Curve:
    """A model's memory by its context.

    Args:
        key: of its line in the table; `label` likewise.
        points: (tokens, bytes on the fitting's device) for doubling contexts, the last is the longest that
            the model was trained for.
        most: the longest context that fits, in multiples of 256 tokens (or the trained one); 0 where not even
            the shortest does.
    """

    key: str
    label: str
    points: tuple[tuple[int, int], ...]
    most: int


@dataclass(frozen=True, slots=True)
class Fitting:
    """Curves with the limit that they meet.

    Args:
        device: where the memory is: "gpu" where a card is to hold the models.
        available: bytes that are free there.
        limit: what a model may take of them: a margin stays, for an estimate may be wrong (`judge`).
    """

    curves: tuple[Curve, ...]
    device: Device
    available: int
    limit: int

    def most(self) -> dict[str, int]:
        """The longest context that fits, by a line's key."""
        return {one.key: one.most for one in self.curves}

    def whole(self) -> frozenset[str]:
        """The keys of those whose longest trained context fits."""
        return frozenset(one.key for one in self.curves if one.most >= one.points[-1][0])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model whose memory is asked about: a line's key and label, its file's facts, and how it is loaded."""

    key: str
    label: str
    facts: Facts
    runtime: str
    options: Mapping[str, Any]

    def at(self, context: int, host: Host) -> Estimate:
        """The estimate with so many tokens for one conversation."""
        return estimate(self.facts, self.runtime, {**self.options, "context": context, "slots": 1}, host)


def fitting(candidates: Sequence[Candidate], room: Room, host: Host) -> Fitting:
    """What fits into this room. A card counts where the host has one: all layers are to be on it."""
    device: Device = "gpu" if host.gpu and room.video else "cpu"
    available = room.video if device == "gpu" else room.available
    curves = tuple(
        Curve(
            one.key,
            one.label,
            tuple((context, one.at(context, host).on(device)) for context in contexts(one.facts.context)),
            _most(one, room, host),
        )
        for one in candidates
    )
    return Fitting(curves, device, available, limit(available))


def contexts(trained: int) -> tuple[int, ...]:
    """Doubling contexts up to the trained one; of a model that does not tell it up to 32,768."""
    longest = trained if trained > 0 else _UNKNOWN
    found = []
    context = _SHORTEST
    while context < longest:
        found.append(context)
        context *= 2
    return (*found, longest)


def limit(available: int) -> int:
    """The most that a model may take so that it is not too big."""
    sizes = range(max(available, 0) + 1)
    return max(0, bisect_left(sizes, True, key=lambda size: judge(size, available) == "too_big") - 1)


def _most(one: Candidate, room: Room, host: Host) -> int:
    longest = contexts(one.facts.context)[-1]
    steps = [*range(_CELLS, longest, _CELLS), longest] if longest < _CELLS << 20 else [longest]

    def is_too_big(context: int) -> bool:
        return room.holds(one.at(context, host)) == "too_big"

    place = bisect_left(steps, True, key=is_too_big)
    return steps[place - 1] if place else 0
