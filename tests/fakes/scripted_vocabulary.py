"""The scripted engine's tokens: bytes, special texts, and pieces cut as the script wants."""

from __future__ import annotations

import re
import threading

SPECIALS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
)
FIRST_SPECIAL = 256
FIRST_PIECE = 1000

_SPECIAL = re.compile("|".join(map(re.escape, SPECIALS)))
_WORD = re.compile(r"\s*\S+|\s+")


class Vocabulary:
    """Tokens made on demand: one per byte, per special text, and per piece that was ever cut."""

    def __init__(self, cut: int = 0, cuts_tags: bool = False) -> None:
        self._cut = cut
        self._cuts_tags = cuts_tags
        self._data = {id: bytes([id]) for id in range(FIRST_SPECIAL)}
        self._ids = {data: id for id, data in self._data.items()}
        self._data |= {id: text.encode() for id, text in enumerate(SPECIALS, FIRST_SPECIAL)}
        self._lock = threading.Lock()

    def encode(self, text: str, *, special: bool) -> list[int]:
        """Token ids of a text."""
        ids: list[int] = []
        at = 0
        for match in _SPECIAL.finditer(text) if special else ():
            if self._cuts_tags and "|" not in match.group():
                continue
            ids += self._pieces(text[at : match.start()])
            ids.append(FIRST_SPECIAL + SPECIALS.index(match.group()))
            at = match.end()
        return ids + self._pieces(text[at:])

    def data(self, id: int) -> bytes:
        """The bytes of one token."""
        return self._data[id]

    def is_special(self, id: int) -> bool:
        """Whether the token is one of SPECIALS, spelt whole."""
        return FIRST_SPECIAL <= id < FIRST_SPECIAL + len(SPECIALS)

    def _pieces(self, text: str) -> list[int]:
        if not self._cut:
            return [self._id(word.encode()) for word in _WORD.findall(text)]
        data = text.encode()
        return [self._id(data[at : at + self._cut]) for at in range(0, len(data), self._cut)]

    def _id(self, piece: bytes) -> int:
        with self._lock:
            id = self._ids.setdefault(piece, FIRST_PIECE + len(self._ids))
            self._data[id] = piece
        return id
