"""Text to tokens, the way the model was trained to see it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from qwendesk.api.engine import Engine, LoadReport
from qwendesk.api.pieces import Piece


class Encoder:
    """One engine's tokenizer with what surrounds it."""

    def __init__(self, engine: Engine, report: LoadReport) -> None:
        self._engine = engine
        self._bos = report.bos if report.adds_bos else ""

    def prompt(self, text: str) -> str:
        """The text as it is tokenized: normalized, and begun with the BOS token where the model wants one."""
        text = normalized(text)
        return text if text.startswith(self._bos) else self._bos + text

    def tokens(self, text: str, *, special: bool) -> tuple[int, ...]:
        """The ids of a text's tokens; nothing is added."""
        return tuple(self._engine.tokenize(normalized(text), special=special))

    def document(self, text: str) -> tuple[int, ...]:
        """A text to be read as it stands: whatever it spells, none of it is special."""
        return (*self.tokens(self._bos, special=True), *self.tokens(text, special=False))

    def pieces(self, tokens: Iterable[int]) -> tuple[Piece, ...]:
        """The tokens with their bytes."""
        spell, special = self._engine.detokenize, self._engine.is_special
        return tuple(Piece(one, spell((one,)), special(one)) for one in tokens)


def normalized(text: str) -> str:
    """Qwen's tokenizer normalizes to NFC; llama.cpp's does not, so macOS paths would read as other words."""
    return unicodedata.normalize("NFC", text)
