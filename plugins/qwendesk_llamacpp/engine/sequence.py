"""What one sequence of the model's memory holds: its tokens, and where a recurrent model can go back to."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence as Many
from dataclasses import dataclass
from typing import Any

import numpy as np

from qwendesk_llamacpp.engine.gaps import Gap, position, whole
from qwendesk_llamacpp.engine.native import Bytes, Tokens, native, pointer

_RECURRENT_ONLY = native.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY
_MOST_CHECKPOINTS = 4


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The recurrent state behind the first `tokens` tokens of a sequence."""

    tokens: int
    state: Bytes


class Sequence:
    """A sequence and the tokens in it. `keep` goes back; only the scheduler's thread may call anything."""

    def __init__(self, context: Any, id: int, size: int, *, recurrent: bool) -> None:
        self.id = id
        self.size = size
        self.recurrent = recurrent
        self.checkpoints: list[Checkpoint] = []
        self.gaps: list[Gap] = []
        self._context = context
        self._memory = native.llama_get_memory(context)
        self._room = np.empty(size, np.int32)
        self._count = 0
        self._last_batch = 0
        self._snapshots = int(native.llama_n_rs_seq(context))

    def __len__(self) -> int:
        return self._count

    @property
    def tokens(self) -> Tokens:
        """What is in the memory, shape (length,); a view."""
        return self._room[: self._count]

    @property
    def place(self) -> int:
        """The position of the next token."""
        return position(self._count, self.gaps)

    def read(self, tokens: Many[int] | Tokens, gap: Gap | None = None) -> None:
        """The tokens were decoded in one batch, or the image that is this gap was."""
        if gap is not None:
            self.gaps.append(gap)
        end = self._count + len(tokens)
        self._room[self._count : end] = tokens
        self._count, self._last_batch = end, len(tokens)

    def reachable(self, count: int) -> int:
        """How many of the first `count` tokens can be kept while what follows is dropped."""
        count = whole(count, self.gaps)
        if not self.recurrent or count >= self._count or self._can_roll_back(count):
            return min(count, self._count)
        return max((one.tokens for one in self.checkpoints if one.tokens <= count), default=0)

    def _can_roll_back(self, count: int) -> bool:
        # Snapshots are only written for the tokens of the last batch; the state before it is none of them.
        return count > 0 and self._count - count < min(self._last_batch, self._snapshots + 1)

    def keep(self, count: int) -> None:
        """Drop all but the first `count` tokens; `count` must be `reachable`."""
        if count == self._count:
            return
        rolls_back = self.recurrent and self._can_roll_back(count)
        if self.recurrent and count and not rolls_back:
            self._restore(next(one for one in self.checkpoints if one.tokens == count))
        if not native.llama_memory_seq_rm(self._memory, self.id, position(count, self.gaps), -1):
            raise RuntimeError(f"sequence {self.id} cannot go back from {self._count} to {count} tokens")
        self.checkpoints = [one for one in self.checkpoints if one.tokens <= count]
        self.gaps = [one for one in self.gaps if one.start < count]
        # A second step back is not possible before the next batch.
        self._count, self._last_batch = count, 0

    def clear(self) -> None:
        """Empty it, whatever it holds."""
        native.llama_memory_seq_rm(self._memory, self.id, -1, -1)
        self.checkpoints, self.gaps = [], []
        self._count = self._last_batch = 0

    def drop_unfinished(self) -> None:
        """A batch was interrupted: drop what it had put behind the tokens known here."""
        if self.recurrent:
            self.clear()
        else:
            native.llama_memory_seq_rm(self._memory, self.id, self.place, -1)

    def _restore(self, checkpoint: Checkpoint) -> None:
        size = native.llama_state_seq_set_data_ext(
            self._context,
            pointer(checkpoint.state, ctypes.c_uint8),
            len(checkpoint.state),
            self.id,
            _RECURRENT_ONLY,
        )
        if size != len(checkpoint.state):
            raise RuntimeError(f"the checkpoint at {checkpoint.tokens} tokens was refused")

    def remember(self) -> None:
        """Make the present end a place to go back to."""
        if any(one.tokens == self._count for one in self.checkpoints):
            return
        state = self._state(_RECURRENT_ONLY)
        self.checkpoints = [*self.checkpoints, Checkpoint(self._count, state)][-_MOST_CHECKPOINTS:]

    def _state(self, flags: int) -> Bytes:
        size = native.llama_state_seq_get_size_ext(self._context, self.id, flags)
        state = np.empty(size, np.uint8)
        written = native.llama_state_seq_get_data_ext(
            self._context, pointer(state, ctypes.c_uint8), size, self.id, flags
        )
        return state[:written]

    def state_size(self) -> int:
        """Bytes of `saved`, checkpoints aside."""
        return int(native.llama_state_seq_get_size_ext(self._context, self.id, 0))

    def saved(self) -> Bytes:
        """Everything the memory holds of this sequence."""
        return self._state(0)

    def load(self, tokens: Tokens, state: Bytes, checkpoints: Many[Checkpoint], gaps: Many[Gap]) -> bool:
        """Put saved contents in; whether they fitted. Afterwards the sequence is full or empty."""
        self.clear()
        size = native.llama_state_seq_set_data_ext(
            self._context, pointer(state, ctypes.c_uint8), len(state), self.id, 0
        )
        if size != len(state):
            native.llama_memory_seq_rm(self._memory, self.id, -1, -1)
            return False
        self.read(tokens)
        self._last_batch = 0
        self.checkpoints, self.gaps = list(checkpoints), list(gaps)
        return True


def common(first: Tokens, second: Tokens) -> int:
    """The length of the longest common beginning."""
    count = min(len(first), len(second))
    differs = np.flatnonzero(first[:count] != second[:count])
    return int(differs[0]) if len(differs) else count
