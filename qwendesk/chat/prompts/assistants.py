"""Assistants: what a conversation begins with, under a name."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qwendesk.api.messages import Thinking
from qwendesk.api.overrides import overridden, wrong_overrides
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.chat.prompts.folder import Folder, Shape

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Assistant:
    """A system prompt with the model and the settings that belong to it.

    Args:
        system: the text itself, filled.
        model: a name in the library; None leaves the choice open.
        sampling: values by the names of `Sampling`'s options; what is not named stays the model's.

    Raises:
        Problem: `assistant_malformed` (name, detail).
    """

    name: str
    system: str = field(default="", repr=False)
    model: str | None = None
    sampling: Mapping[str, Any] = field(default_factory=dict)
    thinking: Thinking = Thinking()

    def __post_init__(self) -> None:
        detail = wrong_overrides(self.sampling)
        if not self.name.strip() or not self.name.isprintable() or len(self.name) > _LONGEST_NAME:
            detail = f"its name is empty, has control characters, or is longer than {_LONGEST_NAME}"
        if self.thinking.budget is not None and self.thinking.budget < 0:
            detail = "its thinking budget is below 0"
        if detail:
            raise Problem("assistant_malformed", name=self.name[:_LONGEST_NAME], detail=detail)

    def sampling_over(self, usual: Sampling) -> Sampling:
        """The model's usual sampling with this assistant's values in their places."""
        return overridden(usual, self.sampling)


class Assistants:
    """The user's assistants by name; case makes no difference."""

    def __init__(self, own: Path) -> None:
        """`own` is a folder; nothing is read before it is asked for."""
        self._folder = Folder(own, Shape(Assistant, lambda one: _key(one.name), _file, "assistants"))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Files that cannot be used, and why."""
        return tuple(self._folder.problems)

    def list(self) -> tuple[Assistant, ...]:
        """All of them, by name."""
        return tuple(one for _key, one in sorted(self._folder.items().items()))

    def get(self, name: str) -> Assistant:
        """The assistant. Raises Problem `assistant_unknown` (name, known)."""
        found = self._folder.items().get(_key(name))
        if found is None:
            known = ", ".join(one.name for one in self.list()) or "–"
            raise Problem("assistant_unknown", name=name[:_LONGEST_NAME], known=known)
        return found

    def save(self, assistant: Assistant) -> None:
        """Keep it, in place of the one of its name. Raises Problem `prompt_not_saved`."""
        self._folder.save(assistant)

    def remove(self, name: str) -> None:
        """Raises Problem `assistant_unknown` or `prompt_not_saved`."""
        self._folder.remove(_key(self.get(name).name))


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def _file(one: Assistant) -> str:
    """Names are free text; the file's name is safe everywhere, and no two names share one."""
    readable = re.sub(r"[^a-z0-9]+", "-", _key(one.name)).strip("-")[:40] or "assistant"
    return f"{readable}-{hashlib.sha256(_key(one.name).encode()).hexdigest()[:12]}.toml"
