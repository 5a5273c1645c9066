"""Which tools may run without a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Permission = Literal["ask", "allowed"]


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the user said about tools in one conversation; a new one asks about each call.

    Args:
        allowed: names of tools that are always allowed in this conversation.
    """

    allowed: frozenset[str] = frozenset()

    def of(self, name: str) -> Permission:
        """Whether a call of this tool has to be asked about."""
        return "allowed" if name in self.allowed else "ask"

    def allowing(self, name: str) -> Permissions:
        """The same, with this tool always allowed."""
        return Permissions(self.allowed | {name})

    def asking(self, name: str) -> Permissions:
        """The same, with this tool asked about again."""
        return Permissions(self.allowed - {name})
