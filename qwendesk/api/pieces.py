"""Text as a model reads it: cut into tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Block = Literal["absent", "open", "closed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A token of a text with its bytes. `special` as in `qwendesk.api.engine.Engine.is_special`."""

    id: int
    data: bytes
    special: bool = False

    @property
    def text(self) -> str | None:
        """The bytes as text; None where the token begins or ends inside a character."""
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            return None


@dataclass(frozen=True, slots=True)
class Rendered:
    """The prompt that a reply would begin behind.

    Args:
        text: to the letter, special tokens spelled out.
        thinking: how it leaves the thinking block: "open" and "closed" blocks stand at its end, "absent"
            leaves it to the model.
    """

    text: str
    pieces: tuple[Piece, ...]
    thinking: Block
