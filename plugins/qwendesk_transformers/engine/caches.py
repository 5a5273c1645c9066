"""Keys and values of the tokens that one sequence has read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
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
        keys.narrow(-2, before, more).copy_(key_states)
        values.narrow(-2, before, more).copy_(value_states)
        self.keys, self.values = keys.narrow(-2, 0, before + more), values.narrow(-2, 0, before + more)
        return self.keys, self.values

    def _roomy(self, old: torch.Tensor, new: torch.Tensor, before: int) -> torch.Tensor:
        needed = before + new.shape[-2]
        ahead = self._most if new.device.type == "cpu" and self._most else grown(needed, before)
        room = new.new_empty((*new.shape[:-2], max(needed, ahead), new.shape[-1]))
        if before:
            room.narrow(-2, 0, before).copy_(old)
        return room


def grown(needed: int, before: int) -> int:
    """How much room `needed` tokens get, where there was room for `before`: half as much again."""
    return needed + max(_GROWTH, before // 2)


def empty(config: Any, most: int = 0) -> DynamicCache:
    """A cache for sequences of at most so many tokens, of the kind that the model's layers want."""
    made = DynamicCache(config=config)
    for at, layer in enumerate(made.layers):
        if type(layer) is DynamicLayer:
            made.layers[at] = RoomyLayer(most)
    return made


def static(config: Any, most: int) -> StaticCache:
    """A cache of a fixed size for one sequence: what compiled and recorded code wants."""
    return StaticCache(config=config, max_cache_len=most)


def crop(cache: Cache, drop: int) -> None:
    """Take the last tokens out; what lies beyond the length of a fixed cache is never looked at."""
    for layer in cache.layers:
        if isinstance(layer, StaticLayer):
            layer.cumulative_length.sub_(drop)
        else:
            layer.crop(-drop)


def emptied(cache: Cache, make: Callable[[], Cache]) -> Cache:
    """An empty one: a fixed cache stays where it is, for recorded code writes there; others are made anew."""
    if not isinstance(cache, StaticCache):
        return make()
    cache.reset()  # with noughts: hidden numbers are multiplied by nought, and may not be NaN
    return cache


def is_plain(config: Any) -> bool:
    """Whether every layer keeps all tokens: then a sequence can go back, and be put beside others."""
    return all(type(layer) is DynamicLayer for layer in DynamicCache(config=config).layers)


def size(cache: Cache) -> int:
    """In bytes."""
    return sum(
        one.numel() * one.element_size()
        for layer in cache.layers
        for one in (getattr(layer, "keys", None), getattr(layer, "values", None))
        if isinstance(one, torch.Tensor)
    )
