"""What the parts of the transcript may ask of the whole."""

from __future__ import annotations

from typing import Protocol


class Host(Protocol):
    """Implemented by the transcript."""

    def follow(self, address: str) -> None:
        """A link was clicked."""

    def copy(self, text: str) -> None:
        """To the clipboard."""

    def retry(self) -> None:
        """Answer the last question again."""

    def do(self, what: str, turn_id: int) -> None:
        """Something that was asked for at one turn: "edit", "before", "after", "branch" …"""

    def restart(self) -> None:
        """Start the model again."""

    def announce(self, sentence: str) -> None:
        """To a screen reader."""

    def settle(self) -> None:
        """Items changed by a click: lay them out."""

    def waiting_words(self) -> str:
        """What a reply without any text is waiting for."""
