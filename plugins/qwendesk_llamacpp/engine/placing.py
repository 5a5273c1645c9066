"""Which sequence a new request gets, so that as little as possible is read twice or lost."""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass

from qwendesk.api.engine import Reuse
from qwendesk_llamacpp.engine.native import Tokens
from qwendesk_llamacpp.engine.prefixes import Prefix, Prefixes
from qwendesk_llamacpp.engine.sequence import Sequence, common

_FEW = 32
"""Tokens that are read again sooner than anything large is moved for them."""
_LARGE = 64 << 20
"""Bytes of state whose copy takes long enough to be felt."""


@dataclass(frozen=True, slots=True)
class Place:
    """The sequence, now holding the first `reused` tokens of the prompt and nothing else; why not more."""

    sequence: Sequence
    reused: int
    reuse: Reuse


class Placing:
    """Knows the free sequences, the one used longest ago first, and the pool behind them."""

    def __init__(self, sequences: Many[Sequence], prefixes: Prefixes) -> None:
        self.free = list(sequences)
        self._all = tuple(sequences)
        self._prefixes = prefixes

    def fresh(self) -> Place:
        """Take a free sequence and empty it."""
        sequence = self._least_missed()
        self._put_aside(sequence, 0)
        sequence.clear()
        self.free.remove(sequence)
        return Place(sequence, 0, "fresh")

    def place(self, prompt: Tokens) -> Place:
        """Take a free sequence and bring as much of the prompt into it as was read before."""
        why = self._why(prompt)
        sequence, usable = self._best_free(prompt)
        prefix, saved = self._prefixes.best(prompt)
        if prefix is not None and saved > usable:
            sequence = self._least_missed()
            self._put_aside(sequence, 0)
            usable = saved if self._load(sequence, prefix) else 0
        elif _loses_more_than_it_keeps(sequence, usable):
            sequence, usable = self._without_loss(sequence, usable)
        reason = why(usable, all_kept=usable == len(sequence), whole=usable == len(prompt) - 1)
        sequence.keep(usable)
        self.free.remove(sequence)
        return Place(sequence, usable, reason)

    def give_back(self, sequence: Sequence) -> None:
        """The request is over; what it left stays for the next one."""
        self.free.append(sequence)

    def put_all_aside(self) -> None:
        """Everything worth it goes into the pool, before the end."""
        for sequence in self._all:
            self._put_aside(sequence, 0)

    def _best_free(self, prompt: Tokens) -> tuple[Sequence, int]:
        found = max(self.free, key=lambda one: _usable(one, prompt))
        return found, _usable(found, prompt)

    def _least_missed(self) -> Sequence:
        return next((one for one in self.free if not len(one)), self.free[0])

    def _without_loss(self, sequence: Sequence, usable: int) -> tuple[Sequence, int]:
        """Two texts that only begin alike: the old one is put aside, or left alone where that costs more."""
        if usable < _FEW and sequence.state_size() > _LARGE:
            sequence, usable = self._least_missed(), 0
        self._put_aside(sequence, usable)
        return sequence, usable

    def _put_aside(self, sequence: Sequence, kept: int) -> None:
        if len(sequence) - kept < _FEW:
            return
        tokens = sequence.tokens.copy()
        if sequence.state_size() > self._prefixes.limit:
            self._prefixes.forget(tokens)
            return
        checkpoints, gaps = tuple(sequence.checkpoints), tuple(sequence.gaps)
        try:
            state = sequence.saved()
        except MemoryError:  # reading it again some day is better than failing now
            self._prefixes.forget(tokens)
            return
        self._prefixes.put(Prefix(tokens, state, checkpoints, gaps, sequence.recurrent))

    def _load(self, sequence: Sequence, prefix: Prefix) -> bool:
        self._prefixes.take(prefix)
        return sequence.load(prefix.tokens, prefix.state, prefix.checkpoints, prefix.gaps)

    def _why(self, prompt: Tokens) -> _Why:
        busy = [one for one in self._all if one not in self.free]
        return _Why(
            nothing=not len(self._prefixes) and not any(map(len, self._all)),
            busy=max((common(one.tokens, prompt) for one in busy), default=0),
            recurrent=max((common(one.tokens, prompt) for one in self.free if one.recurrent), default=0),
            once=self._prefixes.once_held(prompt),
        )


@dataclass(frozen=True, slots=True)
class _Why:
    """What was known before a place was chosen; called with what came of it, it gives the reason."""

    nothing: bool
    busy: int
    recurrent: int
    once: int

    def __call__(self, reused: int, *, all_kept: bool, whole: bool) -> Reuse:
        if whole:
            return "whole"
        if self.recurrent > reused:
            return "no_checkpoint"
        if self.busy > reused:
            return "busy"
        if self.once > reused:
            return "evicted"
        if self.nothing:
            return "first"
        return "new" if reused and all_kept else "differs"


def _usable(sequence: Sequence, prompt: Tokens) -> int:
    """The last token of a prompt is always read again: its logits are needed."""
    return sequence.reachable(min(common(sequence.tokens, prompt), len(prompt) - 1))


def _loses_more_than_it_keeps(sequence: Sequence, usable: int) -> bool:
    return len(sequence) - usable > usable
