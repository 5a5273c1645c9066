"""Tokens on their way into the model: one batch for many sequences, filled from arrays."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np

from qwendesk_llamacpp.engine.native import Tokens, native, pointer


class Batch:
    """Room for `size` tokens. `llama_batch` points into arrays of ours, so filling is slicing."""

    def __init__(self, size: int, sequences: int) -> None:
        self.size = size
        self.count = 0
        self._tokens = np.empty(size, np.int32)
        self._places = np.empty(size, np.int32)
        self._ones = np.ones(size, np.int32)
        self._outputs = np.zeros(size, np.int8)
        self._ids = np.arange(sequences, dtype=np.int32)
        first, step = self._ids.ctypes.data, self._ids.itemsize
        self._addresses = np.array([first + at * step for at in range(sequences)], np.uintp)
        self._sequences = np.empty(size, np.uintp)
        self._batch = native.llama_batch()
        self._batch.token = pointer(self._tokens, ctypes.c_int32)
        self._batch.pos = pointer(self._places, ctypes.c_int32)
        self._batch.n_seq_id = pointer(self._ones, ctypes.c_int32)
        self._batch.seq_id = pointer(self._sequences, ctypes.POINTER(ctypes.c_int32))
        self._batch.logits = pointer(self._outputs, ctypes.c_int8)

    @property
    def room(self) -> int:
        return self.size - self.count

    def clear(self) -> None:
        self.count = 0

    def add(self, sequence: int, tokens: Sequence[int] | Tokens, place: int, *, outputs: int) -> int:
        """Put tokens at `place` of a sequence, the last `outputs` with logits; the index of the first."""
        start, end = self.count, self.count + len(tokens)
        self._tokens[start:end] = tokens
        self._places[start:end] = range(place, place + len(tokens))
        self._sequences[start:end] = self._addresses[sequence]
        self._outputs[start:end] = 0
        if outputs:
            self._outputs[end - outputs : end] = 1
        self.count = end
        return start

    def decode(self, context: Any) -> int:
        """Run it; what `llama_decode` answers (0 done, 1 no room, 2 interrupted, below 0 failed)."""
        self._batch.n_tokens = self.count
        return int(native.llama_decode(context, self._batch))
