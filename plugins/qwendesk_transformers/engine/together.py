"""Several sequences in one batch, each in a row of the same memory: one can join and leave at any token.

A row holds its tokens from the left; what lies behind them is hidden by the mask. A sequence that joins or
leaves is copied, the others stay where they are.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers.cache_utils import Cache, CacheLayerMixin

from qwendesk_transformers.engine import caches
from qwendesk_transformers.engine.sequence import Sequence

_ALWAYS = 8192
"""Cells: a batch that takes no more of them than this pays, however much of it is empty."""
_WASTE = 1.5


def pays(lengths: list[int]) -> bool:
    """Whether one batch of sequences of these lengths is worth the memory that its shorter rows waste."""
    cells = len(lengths) * max(lengths)
    return cells <= max(_ALWAYS, _WASTE * sum(lengths))


class RowsLayer(CacheLayerMixin):  # type: ignore[misc]
    """One layer's keys and values, shape (rows, heads, tokens, size) each, with room for more of both."""

    is_sliding = False

    def __init__(self, batch: Together) -> None:
        super().__init__()
        self._batch = batch
        self.is_initialized = True

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Nothing: the first row brings the shape."""

    def put(self, row: int, keys: torch.Tensor, values: torch.Tensor) -> None:
        """A sequence's own, shape (1, heads, tokens, size), into a row."""
        rows, length = row + 1, keys.shape[-2] + 1
        self.keys, self.values = (
            self._roomy(getattr(self, name, None), one, rows, length)
            for name, one in (("keys", keys), ("values", values))
        )
        self.keys[row, :, : length - 1] = keys[0]
        self.values[row, :, : length - 1] = values[0]

    def get(self, row: int, length: int) -> tuple[torch.Tensor, torch.Tensor]:
        """A row's, shape (1, heads, length, size)."""
        return self.keys[row : row + 1, :, :length], self.values[row : row + 1, :, :length]

    def vacate(self, row: int, length: int, to: int) -> None:
        """Empty a row; what was in it goes to the row `to`, unless it is the same."""
        for of in (self.keys, self.values):
            if to != row:
                of[to, :, :length] = of[row, :, :length]
            of[row, :, :length] = 0

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Each row's next token to the place behind its last; everything up to the longest row comes back."""
        batch = self._batch
        rows, total = len(batch.members), batch.total
        if self.keys.shape[-2] < total:
            self.keys = self._roomy(self.keys, key_states, rows, total)
            self.values = self._roomy(self.values, value_states, rows, total)
        here = self.keys.device  # where a model is spread, each layer's is its own
        at = (batch.rows.to(here), slice(None), batch.places.to(here))
        self.keys[at] = key_states[:, :, 0]
        self.values[at] = value_states[:, :, 0]
        return self.keys[:rows, :, :total], self.values[:rows, :, :total]

    def _roomy(self, old: torch.Tensor | None, new: torch.Tensor, rows: int, length: int) -> torch.Tensor:
        """The same with room for more rows or more tokens, where there is too little."""
        were, was = (0, 0) if old is None else (old.shape[0], old.shape[-2])
        if old is not None and rows <= were and length <= was:
            return old
        rows = were if rows <= were else min(max(rows, 2 * were), max(rows, self._batch.most_rows))
        length = was if length <= was else min(max(length, caches.grown(length, was)), self._batch.most)
        # What lies behind a row's tokens is multiplied by nought, so it has to be a number.
        made = new.new_zeros((rows, new.shape[1], length, new.shape[-1]))
        if old is not None:
            made[:were, :, :was] = old
        return made

    def get_seq_length(self) -> int:
        """Before the next token: so much that the causal mask hides nothing, the batch's own mask does."""
        return self._batch.total - 1

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self._batch.total, 0

    def get_max_length(self) -> int:
        return -1


class Together:
    """The sequences that write together. Only the scheduler's thread may call anything."""

    def __init__(self, config: Any, most: int, most_rows: int) -> None:
        """`most`: tokens of a sequence, and one to come; `most_rows`: sequences."""
        self._config, self.most, self.most_rows = config, most + 1, most_rows
        self.members: list[Sequence] = []
        self._clear()

    def _clear(self) -> None:
        self.cache = Cache(
            layers=[RowsLayer(self) for _ in range(self._config.get_text_config().num_hidden_layers)]
        )

    def hold(self, sequences: list[Sequence]) -> None:
        """From now on exactly these are in it; those that it held and are not meant leave."""
        for one in [one for one in self.members if one not in sequences]:
            self.leave(one)
        for one in [one for one in sequences if one not in self.members]:
            own = one.give()
            for layer, its in zip(self.cache.layers, own.layers, strict=True):
                layer.put(len(self.members), its.keys, its.values)
            self.members.append(one)

    def leave(self, sequence: Sequence) -> None:
        """It takes its keys and values along; the last row fills the gap."""
        row, last, length = self.members.index(sequence), len(self.members) - 1, len(sequence)
        own = caches.empty(self._config, self.most - 1)
        for layer, its in zip(self.cache.layers, own.layers, strict=True):
            its.update(*layer.get(row, length))
            layer.vacate(last, len(self.members[last]), row)
        self.members[row] = self.members[last]
        self.members.pop()
        sequence.take(own)
        if not self.members:
            self._clear()

    def step(self, device: torch.device) -> torch.Tensor:
        """Make ready for one token more in every row; the mask, 1 for what a row may look at."""
        lengths = [len(one) for one in self.members]
        self.total = max(lengths) + 1
        self.rows = torch.arange(len(lengths), device=device)
        self.places = torch.tensor(lengths, device=device)
        return (torch.arange(self.total, device=device) <= self.places[:, None]).long()

    def forget(self) -> None:
        """What it holds is not trusted any more; its members start again with nothing."""
        self.members = []
        self._clear()
