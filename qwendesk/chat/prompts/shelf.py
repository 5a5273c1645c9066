"""Everything that a conversation can begin with, read at once, and what a system message is called."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.problem import Problem
from qwendesk.api.prompts import PLACE, PromptTemplate
from qwendesk.chat.prompts.assistants import Assistant, Assistants
from qwendesk.chat.prompts.library import PromptLibrary


@dataclass(frozen=True, slots=True)
class Shelf:
    """Prompts by title and assistants by name.

    Args:
        own: ids of the prompts that are the user's own.
        problems: files that cannot be used, and why.
    """

    prompts: tuple[PromptTemplate, ...] = ()
    own: frozenset[str] = frozenset()
    assistants: tuple[Assistant, ...] = ()
    problems: tuple[Problem, ...] = ()

    def name_of(self, system: str) -> str:
        """The assistant or the prompt that this system message came from; empty where it is none's."""
        for one in self.assistants:
            if one.system and one.system == system:
                return one.name
        fit = [(_words(one), one.title) for one in self.prompts if one.kind == "system"]
        found = [(sum(map(len, words)), title) for words, title in fit if _came_from(system, words)]
        return max(found, default=(0, ""))[1]


def read_shelf(prompts: PromptLibrary, assistants: Assistants) -> Shelf:
    """What is there now. Blocks."""
    found = prompts.list()
    own = frozenset(one.id for one in found if prompts.origin(one.id) == "own")
    return Shelf(found, own, assistants.list(), (*prompts.problems, *assistants.problems))


def _words(prompt: PromptTemplate) -> list[str]:
    """What stands between the places, in order, with both ends; lines of places alone may be gone."""
    lines = prompt.text.strip("\n").split("\n")
    text = "".join(f"\n{line}" if _has_words(line) else "{{gone}}" for line in lines)
    return PLACE.sub("\0", text.removeprefix("\n")).split("\0")


def _has_words(line: str) -> bool:
    return PLACE.search(line) is None or bool(PLACE.sub("", line).strip())


def _came_from(text: str, words: list[str]) -> bool:
    """Whether the text has these words in this order, the first and the last at its ends."""
    if not any(one.strip() for one in words) or len(text) < sum(map(len, words)):
        return False
    first, *middle = words
    if not middle:
        return text == first
    last = middle.pop()
    if not text.startswith(first) or not text.endswith(last):
        return False
    here, end = len(first), len(text) - len(last)
    for one in middle:
        here = text.find(one, here, end)
        if here < 0:
            return False
        here += len(one)
    return here <= end
