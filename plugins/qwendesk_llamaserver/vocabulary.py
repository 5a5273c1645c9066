"""The model's tokens as bytes, from the file's own metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from qwendesk_llamaserver.header import Metadata

_NORMAL, _UNKNOWN, _CONTROL, _USER_DEFINED, _UNUSED, _BYTE = 1, 2, 3, 4, 5, 6
_SPECIAL = (_UNKNOWN, _CONTROL, _USER_DEFINED)
# llama.cpp ends the text at these, too, whatever id the file names (llama-vocab.cpp).
_WELL_KNOWN_ENDS = frozenset(
    {
        b"<|im_end|>",
        b"<|endoftext|>",
        b"<|eot_id|>",
        b"<|eom_id|>",
        b"<|end|>",
        b"<end_of_turn>",
        b"</s>",
        b"<EOT>",
    }
)


class Vocabulary:
    """Token ids and their bytes.

    `pieces[id]` are the bytes that a token adds to the text, special tokens spelled out. `held` are
    the tokens that may end the text, which are kept back until it is known whether it did end.
    `special` are those that are no pieces of ordinary text.
    """

    def __init__(self, metadata: Metadata) -> None:
        texts = [text if isinstance(text, bytes) else b"" for text in _list(metadata, "tokens")]
        kinds = _list(metadata, "token_type")
        kinds = kinds + [_NORMAL] * (len(texts) - len(kinds))
        is_bpe = metadata.get("tokenizer.ggml.model") == b"gpt2"
        spell = _byte_level if is_bpe else _sentencepiece
        self.pieces = [_piece(text, kind, spell) for text, kind in zip(texts, kinds, strict=False)]
        self.bos_id = _id(metadata, "bos_token_id", len(texts))
        self.eos_id = _id(metadata, "eos_token_id", len(texts))
        self.held = frozenset(_held(metadata, texts, kinds))
        self.special = frozenset(at for at, kind in enumerate(kinds[: len(texts)]) if kind in _SPECIAL)

    def __len__(self) -> int:
        return len(self.pieces)

    def piece(self, token: int) -> bytes:
        """The bytes of a token; none for an id outside the vocabulary."""
        return self.pieces[token] if 0 <= token < len(self.pieces) else b""

    def spell(self, token: int | None) -> str:
        """A token as text, for templates; an empty text for None."""
        return "" if token is None else self.piece(token).decode("utf-8", "replace")

    def join(self, tokens: Sequence[int]) -> bytes:
        return b"".join(self.piece(token) for token in tokens)

    @cached_property
    def _by_piece(self) -> dict[bytes, int]:
        # Reversed, so that the first of two equal pieces wins, as in llama.cpp's own lookup.
        return {piece: len(self.pieces) - 1 - at for at, piece in enumerate(reversed(self.pieces)) if piece}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._by_piece), default=0)

    def split(self, data: bytes, count: int) -> list[int] | None:
        """The `count` tokens that the server kept back while they ended inside a character.

        The server withholds a token exactly while the text ends inside a character, so only splits
        count whose every prefix does. Of several, byte-pair encoding would have made the one whose
        latest merge came first in training, that is, whose largest id is smallest.
        """
        found = list(self._splits(data, 0, count))
        return min(found, key=lambda ids: sorted(ids, reverse=True), default=None)

    def _splits(self, data: bytes, start: int, count: int) -> Iterator[list[int]]:
        if count == 0:
            if start == len(data):
                yield []
            return
        for end in range(start + 1, min(len(data), start + self._longest) + 1):
            token = self._by_piece.get(data[start:end])
            if token is not None and is_cut(data[:end]):
                yield from ([token, *rest] for rest in self._splits(data, end, count - 1))


def is_cut(data: bytes) -> bool:
    """Whether the server takes the text to end inside a character (llama.cpp, `validate_utf8`)."""
    for back, byte in enumerate(reversed(data[-4:]), start=1):
        needed = 2 if byte & 0xE0 == 0xC0 else 3 if byte & 0xF0 == 0xE0 else 4 if byte & 0xF8 == 0xF0 else 0
        if back < needed:
            return True
    return False


def _piece(text: bytes, kind: object, spell: Callable[[bytes, object], bytes]) -> bytes:
    if kind == _UNUSED:
        return b""
    if kind in _SPECIAL:
        return text
    return spell(text, kind)


def _byte_level(text: bytes, kind: object) -> bytes:
    return text.decode("utf-8", "replace").translate(_TO_LATIN).encode("latin-1", "replace")


def _sentencepiece(text: bytes, kind: object) -> bytes:
    if kind == _BYTE and text[:3] == b"<0x" and text[-1:] == b">":
        return bytes((int(text[3:-1], 16) & 255,)) if _is_hex(text[3:-1]) else text
    return text.replace("\u2581".encode(), b" ")


def _is_hex(text: bytes) -> bool:
    return len(text) == 2 and all(byte in b"0123456789abcdefABCDEF" for byte in text)


def _printable_bytes() -> dict[int, int]:
    """GPT-2's mapping (openai/gpt-2, `bytes_to_unicode`) backwards: code point to byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    moved = [byte for byte in range(256) if byte not in printable]
    return {256 + at: byte for at, byte in enumerate(moved)}


_TO_LATIN = _printable_bytes()


def _held(metadata: Metadata, texts: Sequence[bytes], kinds: Sequence[object]) -> Iterator[int]:
    for name in ("eos_token_id", "eot_token_id", "eom_token_id"):
        token = _id(metadata, name, len(texts))
        if token is not None:
            yield token
    for token, (text, kind) in enumerate(zip(texts, kinds, strict=False)):
        if kind == _CONTROL or text in _WELL_KNOWN_ENDS:
            yield token


def _id(metadata: Metadata, name: str, size: int) -> int | None:
    token = metadata.get(f"tokenizer.ggml.{name}")
    return token if isinstance(token, int) and not isinstance(token, bool) and 0 <= token < size else None


def _list(metadata: Metadata, name: str) -> list[Any]:
    value = metadata.get(f"tokenizer.ggml.{name}")
    return value if isinstance(value, list) else []
