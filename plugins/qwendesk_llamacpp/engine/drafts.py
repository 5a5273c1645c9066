"""Guesses at the next tokens, checked by the model in one batch: a right guess is a token for free."""

from __future__ import annotations

from typing import Protocol

from qwendesk_llamacpp.engine.native import Tokens


class Drafter(Protocol):
    """Guesses how a text goes on."""

    def follow(self, tokens: Tokens) -> None:
        """These tokens were added to the text."""
        ...

    def guess(self, count: int) -> list[int]:
        """At most `count` tokens; none where there is nothing to go by."""
        ...

    def close(self) -> None: ...
