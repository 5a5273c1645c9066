"""What the parts of the transcript may ask of the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from qwendesk.api.messages import ToolCall
from qwendesk.chat.turn import Attachment
from qwendesk.ui.slices import Slices


class Host(Protocol):
    """Implemented by the transcript."""

    slices: Slices
    """For what takes longer than a frame."""

    def follow(self, address: str) -> None:
        """A link was clicked."""

    def copy(self, text: str) -> None:
        """To the clipboard."""

    def retry(self) -> None:
        """Answer the last question again."""

    def do(self, what: str, turn_id: int) -> None:
        """Something that was asked for at one turn: "edit", "before", "after", "branch" …"""

    def call_of(self, turn_id: int) -> ToolCall | None:
        """The call of this reply that waits for a decision."""

    def remedies_of(self, turn_id: int) -> tuple[tuple[str, Callable[[], None]], ...]:
        """Buttons that may help against the failure of this reply; none until they are known."""

    def open(self, attachment: Attachment) -> None:
        """Show what is in an attachment."""

    def look(self, attachment: Attachment, seen: Callable[[object], None]) -> None:
        """Tell `seen` a small QImage of an image, in a moment; None where it is gone."""

    def restart(self) -> None:
        """Start the model again."""

    def announce(self, sentence: str) -> None:
        """To a screen reader."""

    def settle(self) -> None:
        """Items changed by a click: lay them out."""

    def waiting_words(self) -> str:
        """What a reply without any text is waiting for."""
