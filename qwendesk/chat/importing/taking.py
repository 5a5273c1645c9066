"""Conversations that were read are kept, but for those that are here already."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.problem import Note, Problem
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.history import History
from qwendesk.chat.importing.imported import Imported

_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Taken:
    """How many are new, how many were here, and what could not be read."""

    new: int
    old: int
    skipped: tuple[Note, ...]


def take_in(history: History, imported: Imported) -> Taken:
    """Keep them; blocks until they are written.

    Raises:
        Problem: why they could not be written, or `history_slow` where that took more than a minute; they
            are tried on.
    """
    here = {
        (one.about.title, one.about.created, one.messages)
        for one in history.entries()
        if one.about.trashed is None
    }
    new = [one for one in imported.conversations if _facts(one) not in here]
    for one in new:
        history.save(one)
        if not history.writer.flush(_PATIENCE_S):
            problem = history.writer.problem
            raise Problem.of(problem) if problem is not None else Problem("history_slow")
    return Taken(len(new), len(imported.conversations) - len(new), imported.skipped)


def _facts(conversation: Conversation) -> tuple[str, float, int]:
    about = conversation.about
    return about.title, about.created, len(conversation.everything)
