"""Which sequence a new request gets, so that as little as possible is read twice."""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass

from qwendesk.api.engine import Reuse
from qwendesk_transformers.engine.sequence import Sequence, common


@dataclass(frozen=True, slots=True)
class Place:
    """The sequence, now holding the first `reused` tokens of the prompt and nothing else; why not more."""

    sequence: Sequence
    reused: int
    reuse: Reuse


class Placing:
    """Knows the free sequences, the one used longest ago first."""

    def __init__(self, sequences: Many[Sequence]) -> None:
        self.free = list(sequences)
        self._all = tuple(sequences)

    def fresh(self) -> Place:
        """Take a free sequence and empty it."""
        sequence = self._least_missed()
        sequence.keep(0)
        self.free.remove(sequence)
        return Place(sequence, 0, "fresh")

    def place(self, prompt: Many[int]) -> Place:
        """Take the free sequence that saves most; one that would lose more than it saves is left alone."""
        first = not any(len(one) for one in self._all)
        busy = max((common(one.tokens, prompt) for one in self._all if one not in self.free), default=0)
        sequence = max(self.free, key=lambda one: _usable(one, prompt))
        usable = _usable(sequence, prompt)
        if len(sequence) - usable > usable:
            sequence = self._least_missed()
            usable = _usable(sequence, prompt)
        recurrent = [one.tokens for one in self.free if not one.plain]
        shared = max((common(one, prompt) for one in recurrent), default=0)
        once = max((common(one.once, prompt) for one in self.free), default=0)
        kept_all = usable == len(sequence)
        sequence.keep(usable)
        self.free.remove(sequence)
        if usable == len(prompt) - 1:
            return Place(sequence, usable, "whole")
        return Place(sequence, usable, _why(usable, first, busy, shared, once, kept_all))

    def give_back(self, sequence: Sequence) -> None:
        """The request is over; what it left stays for the next one."""
        self.free.append(sequence)

    def _least_missed(self) -> Sequence:
        return next((one for one in self.free if not len(one)), self.free[0])


def _usable(sequence: Sequence, prompt: Many[int]) -> int:
    """The last token of a prompt is always read again: its logits are needed."""
    return sequence.reachable(min(common(sequence.tokens, prompt), len(prompt) - 1))


def _why(usable: int, first: bool, busy: int, shared: int, once: int, kept_all: bool) -> Reuse:
    if first and not once:
        return "first"
    if busy > usable:
        return "busy"
    if shared > usable:
        return "no_checkpoint"
    if once > usable:
        return "evicted"
    return "new" if usable and kept_all else "differs"
