"""Slash commands: /ID in the composer stands for a message that is ready-made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qwendesk.api.prompts import PromptTemplate

_COMMAND = re.compile(r"/([^\s/]+)(?:\s+(.*))?\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """A prompt that was called, and what is known of its variables so far."""

    prompt: PromptTemplate
    values: dict[str, str]


def command(typed: str, prompts: Iterable[PromptTemplate]) -> Command | None:
    """The command that the text is, or None where it is an ordinary text.

    What follows /ID is for the first text variable that must be given, if there is one.
    """
    found = _COMMAND.match(typed)
    named = [one for one in prompts if found is not None and one.kind == "message" and one.id == found[1]]
    if found is None or not named:
        return None
    asked = [one.name for one in named[0].variables if one.type == "text" and one.default is None]
    rest = (found[2] or "").strip()
    if rest and not asked:
        return None
    return Command(named[0], {asked[0]: rest} if rest else {})


def completions(typed: str, prompts: Iterable[PromptTemplate]) -> list[PromptTemplate]:
    """Messages that "/" and letters may become: ids that begin with them, then those that have them in it."""
    if not typed.startswith("/") or re.search(r"\s", typed):
        return []
    letters = typed[1:].casefold()
    fit = [one for one in prompts if one.kind == "message" and letters in f"{one.id} {one.title.casefold()}"]
    return sorted(fit, key=lambda one: (not one.id.startswith(letters), one.id))
