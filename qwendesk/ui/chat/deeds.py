"""What can be done with a reply that is over, beyond copying it and answering again."""

from __future__ import annotations

from qwendesk.chat.conversation import Turn
from qwendesk.words import _

Deed = tuple[str, str]
"""An id and its words."""


def reply_deeds(turn: Turn) -> tuple[Deed, ...]:
    """In the order of the menu."""
    made = turn.record is not None
    found: list[tuple[bool, Deed]] = [
        (bool(turn.reasoning), ("copy_reasoning", _("Copy the reasoning"))),
        (made, ("prompt", _("Show the exact prompt…"))),
        (made and turn.finished is not None, ("repeat", _("Run again with the same settings and seed"))),
        (True, ("branch", _("Continue from here in a new chat"))),
    ]
    return tuple(deed for can, deed in found if can)
