"""The words in a written conversation; a face translates them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qwendesk.api.problem import Note
from qwendesk.api.words import N_


def _bare(note: Note) -> str:
    return note.id


@dataclass(frozen=True, slots=True)
class Labels:
    """Words, some with places for values; `word` tells a problem."""

    you: str = N_("You")
    model: str = N_("Assistant")
    result: str = N_("Result of {tool}")
    system: str = N_("System message")
    reasoning: str = N_("Reasoning")
    answer: str = N_("Answer")
    attached: str = N_("Attached: {names}")
    called: str = N_("Calls {tool}")
    version: str = N_("version {n} of {m}")
    others: str = N_("Other versions")
    instead: str = N_("In place of “{words}”")
    stopped: str = N_("Stopped.")
    tokens: str = N_("{n:,} tokens")
    rate: str = N_("{rate:.1f} tok/s")
    untitled: str = N_("Conversation")
    word: Callable[[Note], str] = _bare
