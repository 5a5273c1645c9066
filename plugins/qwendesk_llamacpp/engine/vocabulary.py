"""The model's tokens: text to ids, ids to bytes."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np

from qwendesk_llamacpp.engine.native import native, pointer

# llama.h, enum llama_token_attr: unknown, control and user-defined tokens have a meaning beyond their text.
_SPECIAL = 1 << 0 | 1 << 3 | 1 << 4


class Vocabulary:
    """May be used from any thread: llama.cpp only reads it."""

    def __init__(self, model: Any) -> None:
        self.handle = native.llama_model_get_vocab(model)
        self.size: int = native.llama_vocab_n_tokens(self.handle)
        self._pieces: dict[int, bytes] = {}

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Token ids of a text, nothing added."""
        data = text.encode("utf-8", "replace")
        room = np.empty(len(data) + 8, np.int32)
        count = native.llama_tokenize(
            self.handle, data, len(data), pointer(room, ctypes.c_int32), len(room), False, special
        )
        if count < 0:  # more tokens than bytes: only with special tokens that stand for nothing
            room = np.empty(-count, np.int32)
            count = native.llama_tokenize(
                self.handle, data, len(data), pointer(room, ctypes.c_int32), len(room), False, special
            )
        return [int(one) for one in room[:count]]

    def piece(self, token: int) -> bytes:
        """A token's bytes, special ones spelled out."""
        found = self._pieces.get(token)
        if found is None:
            found = self._pieces[token] = self._spell(token)
        return found

    def _spell(self, token: int) -> bytes:
        if not 0 <= token < self.size:
            return b""
        room = ctypes.create_string_buffer(64)
        count = native.llama_token_to_piece(self.handle, token, room, len(room), 0, True)
        if count < 0:
            room = ctypes.create_string_buffer(-count)
            count = native.llama_token_to_piece(self.handle, token, room, len(room), 0, True)
        return room.raw[:count]

    def join(self, tokens: Sequence[int]) -> bytes:
        """The bytes of many tokens."""
        return b"".join(map(self.piece, tokens))

    def ends(self, token: int) -> bool:
        """Whether the token ends a text."""
        return bool(native.llama_vocab_is_eog(self.handle, token))

    def is_special(self, token: int) -> bool:
        """Whether the token means more than its text."""
        # llama.cpp ends the process over an id that it does not have.
        return 0 <= token < self.size and bool(native.llama_vocab_get_attr(self.handle, token) & _SPECIAL)
