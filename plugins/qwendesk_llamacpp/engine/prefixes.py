"""Beginnings of prompts that were read once, kept in memory when their sequence is needed for others."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from qwendesk_llamacpp.engine.gaps import Gap, whole
from qwendesk_llamacpp.engine.native import Bytes, Tokens
from qwendesk_llamacpp.engine.sequence import Checkpoint, common

_FORGOTTEN = 32


@dataclass(frozen=True, slots=True, eq=False)
class Prefix:
    """What a sequence held: its tokens, its state and the places a recurrent model can go back to."""

    tokens: Tokens
    state: Bytes
    checkpoints: tuple[Checkpoint, ...] = ()
    gaps: tuple[Gap, ...] = ()
    recurrent: bool = False

    @property
    def size(self) -> int:
        """In bytes."""
        return self.tokens.nbytes + self.state.nbytes + sum(one.state.nbytes for one in self.checkpoints)

    def usable(self, prompt: Tokens) -> int:
        """How many tokens of the prompt need not be read again; the last one always is."""
        shared = whole(min(common(self.tokens, prompt), len(prompt) - 1), self.gaps)
        if not self.recurrent or shared == len(self.tokens):
            return shared
        return max((one.tokens for one in self.checkpoints if one.tokens <= shared), default=0)


class Prefixes:
    """A pool with a limit in bytes; the one used longest ago goes first."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._kept: list[Prefix] = []
        self._forgotten: deque[Tokens] = deque(maxlen=_FORGOTTEN)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(one.size for one in self._kept)

    def all(self) -> list[Prefix]:
        """The one used longest ago first."""
        return list(self._kept)

    def put(self, prefix: Prefix) -> None:
        """Keep it, in place of what it begins with; what does not fit any more is forgotten."""
        covered = [one for one in self._kept if common(one.tokens, prefix.tokens) == len(one.tokens)]
        self._kept = [one for one in self._kept if one not in covered]
        if prefix.size > self.limit:
            self.forget(prefix.tokens)
            return
        while self._kept and self.size + prefix.size > self.limit:
            self.forget(self._kept.pop(0).tokens)
        self._kept.append(prefix)

    def take(self, prefix: Prefix) -> None:
        """It goes back into a sequence."""
        self._kept.remove(prefix)

    def forget(self, tokens: Tokens) -> None:
        """Remember only that these tokens had been read, so that a prompt read twice can say why."""
        self._forgotten.append(tokens.copy())

    def best(self, prompt: Tokens) -> tuple[Prefix | None, int]:
        """The prefix that saves most, and how many tokens it saves."""
        found = max(self._kept, key=lambda one: one.usable(prompt), default=None)
        return found, found.usable(prompt) if found is not None else 0

    def once_held(self, prompt: Tokens) -> int:
        """How many tokens of the prompt had been read once by something that is forgotten."""
        return max((common(one, prompt) for one in self._forgotten), default=0)
