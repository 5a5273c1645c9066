"""The model's tokens: text to ids, ids to bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any


class Vocabulary:
    """May be used from any thread. `backend` is a `tokenizers.Tokenizer`; `ends` are ids that end a text."""

    def __init__(self, backend: Any, ends: Iterable[int], size: int) -> None:
        from tokenizers import Tokenizer

        self.size = size
        self._ends = frozenset(ends)
        self._added = dict(backend.get_added_tokens_decoder())
        self._backend = backend
        # A setting of the whole object, and replies tokenize while prompts do: one object for each way.
        self._plain = Tokenizer.from_str(backend.to_str())
        self._plain.encode_special_tokens = True
        self._byte_level = _is_byte_level(backend)
        self._pieces: dict[int, bytes] = {}

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Token ids of a text, nothing added."""
        clean = text.encode("utf-8", "replace").decode("utf-8")
        backend = self._backend if special else self._plain
        return list(backend.encode(clean, add_special_tokens=False).ids)

    def piece(self, token: int) -> bytes:
        """A token's bytes, special ones spelled out."""
        found = self._pieces.get(token)
        if found is None:
            found = self._pieces[token] = self._spell(token)
        return found

    def _spell(self, token: int) -> bytes:
        if token in self._added:
            return str(self._added[token].content).encode("utf-8", "replace")
        name = self._backend.id_to_token(token) if 0 <= token < self.size else None
        if name is None:
            return b""
        if self._byte_level and all(one in _BYTES for one in name):
            return bytes(_BYTES[one] for one in name)
        return str(self._backend.decode([token], skip_special_tokens=False)).encode("utf-8", "replace")

    def join(self, tokens: Sequence[int]) -> bytes:
        """The bytes of many tokens."""
        return b"".join(map(self.piece, tokens))

    def ends(self, token: int) -> bool:
        """Whether the token ends a text."""
        return token in self._ends

    def is_special(self, token: int) -> bool:
        """Whether the token means more than its text: it was added to the vocabulary as a whole."""
        return token in self._added


def _is_byte_level(backend: Any) -> bool:
    decoder = json.loads(backend.to_str()).get("decoder") or {}
    return decoder.get("type") == "ByteLevel" or any(
        one.get("type") == "ByteLevel" for one in decoder.get("decoders", ())
    )


def _byte_letters() -> dict[str, int]:
    """The byte behind each letter of a byte-level vocabulary (GPT-2, encoder.py, bytes_to_unicode)."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    letters = {chr(one): one for one in plain}
    others = [one for one in range(256) if one not in plain]
    return letters | {chr(256 + at): one for at, one in enumerate(others)}


_BYTES = _byte_letters()
