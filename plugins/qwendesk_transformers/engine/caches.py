"""Keys and values of the tokens that were read: of one sequence, and of several in one batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn.functional import pad
from transformers.cache_utils import Cache, DynamicCache, DynamicLayer, StaticCache, StaticLayer

_GROWTH = 256


class RoomyLayer(DynamicLayer):  # type: ignore[misc]
    """A dynamic layer with room ahead: a token is written into it, instead of copying all before it.

    In main memory there is room for `most` tokens at once: what is not written takes no memory, and nothing
    has to be copied when it grows. On a card it grows by half.
    """

    def __init__(self, most: int = 0) -> None:
        super().__init__()
        self._most = most

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        super().lazy_initialization(key_states, value_states)
        self.keys: torch.Tensor
        self.values: torch.Tensor
        self._rooms: tuple[torch.Tensor, torch.Tensor] | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """As in DynamicLayer."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        before, more = self.get_seq_length(), key_states.shape[-2]
        if self._rooms is None or self._rooms[0].shape[-2] < before + more:
            self._rooms = (
                self._roomy(self.keys, key_states, before),
                self._roomy(self.values, value_states, before),
            )
        keys, values = self._rooms
        keys[..., before : before + more, :] = key_states
        values[..., before : before + more, :] = value_states
        self.keys, self.values = keys[..., : before + more, :], values[..., : before + more, :]
        return self.keys, self.values

    def _roomy(self, old: torch.Tensor, new: torch.Tensor, before: int) -> torch.Tensor:
        needed = before + new.shape[-2]
        grown = needed + max(_GROWTH, before // 2)
        length = max(needed, self._most) if new.device.type == "cpu" and self._most else grown
        room = new.new_empty((*new.shape[:-2], length, new.shape[-1]))
        if before:
            room[..., :before, :] = old
        return room


def empty(config: Any, most: int = 0) -> DynamicCache:
    """A cache for sequences of at most so many tokens, of the kind that the model's layers want."""
    made = DynamicCache(config=config)
    for at, layer in enumerate(made.layers):
        if type(layer) is DynamicLayer:
            made.layers[at] = RoomyLayer(most)
    return made


def static(config: Any, most: int) -> StaticCache:
    """A cache of a fixed size for one sequence: what compiled code wants."""
    return StaticCache(config=config, max_cache_len=most)


def crop(cache: Cache, drop: int) -> None:
    """Take the last tokens out; what lies beyond the length of a fixed cache is never looked at."""
    for layer in cache.layers:
        if isinstance(layer, StaticLayer):
            layer.cumulative_length.sub_(drop)
        else:
            layer.crop(-drop)


def is_plain(config: Any) -> bool:
    """Whether every layer keeps all tokens: then a sequence can go back, and be put beside others."""
    return all(type(layer) is DynamicLayer for layer in DynamicCache(config=config).layers)


def size(cache: DynamicCache) -> int:
    """In bytes."""
    return sum(
        one.numel() * one.element_size()
        for layer in cache.layers
        for one in (getattr(layer, "keys", None), getattr(layer, "values", None))
        if isinstance(one, torch.Tensor)
    )


class Together:
    """Sequences in one batch, each padded on the left to the longest."""

    def __init__(
        self, config: Any, caches: Sequence[DynamicCache], lengths: Sequence[int], most: int
    ) -> None:
        """`most`: tokens of a sequence."""
        self._config, self._most = config, most
        longest = max(lengths)
        self._pads = [longest - one for one in lengths]
        self.cache = empty(config, most)
        for at, layer in enumerate(self.cache.layers):
            own = [one.layers[at] for one in caches]
            layer.update(self._stacked([one.keys for one in own]), self._stacked([one.values for one in own]))

    def _stacked(self, states: Sequence[torch.Tensor]) -> torch.Tensor:
        return torch.cat([pad(one, (0, 0, gap, 0)) for one, gap in zip(states, self._pads, strict=True)])

    def mask(self, more: int, device: torch.device) -> torch.Tensor:
        """1 for a token, 0 for padding; shape (sequences, tokens so far + `more`)."""
        total = self.cache.get_seq_length() + more
        places = torch.arange(total, device=device)
        return (places >= torch.tensor(self._pads, device=device)[:, None]).long()

    def apart(self) -> list[DynamicCache]:
        """Each sequence's own again, with memory of its own."""
        return [self._of(row, gap) for row, gap in enumerate(self._pads)]

    def _of(self, row: int, gap: int) -> DynamicCache:
        made = empty(self._config, self._most)
        for layer, own in zip(self.cache.layers, made.layers, strict=True):
            own.update(layer.keys[row : row + 1, :, gap:], layer.values[row : row + 1, :, gap:])
        return made
