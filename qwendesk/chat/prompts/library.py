"""Every prompt there is: the bundled ones, those of plugins, and the user's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from qwendesk.api.problem import Problem
from qwendesk.api.prompts import PromptKind, PromptTemplate
from qwendesk.chat.prompts import tables
from qwendesk.chat.prompts.filling import fill
from qwendesk.chat.prompts.folder import Folder, Shape

Origin = Literal["bundled", "plugin", "own"]
_SHAPE = Shape(PromptTemplate, lambda one: one.id, lambda one: f"{one.id}.toml", "prompts")


class PromptLibrary:
    """Prompts by their id. The user's own stand in for others with the same ids, until they are removed."""

    def __init__(self, bundled: Path, own: Path, registered: Iterable[PromptTemplate] = ()) -> None:
        """`bundled` and `own` are folders; nothing is read before it is asked for."""
        self._bundled = Folder(bundled, _SHAPE)
        self._own = Folder(own, _SHAPE)
        self._registered = {one.id: one for one in registered}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Files and prompts that cannot be used, and why."""
        taken = self._registered.keys() & self._bundled.items().keys()
        clashes = [Problem("prompt_id_taken", prompt=one) for one in sorted(taken)]
        return (*self._bundled.problems, *clashes, *self._own.problems)

    def list(self, kind: PromptKind | None = None) -> tuple[PromptTemplate, ...]:
        """All of them, or those of one kind, by title."""
        found = [one for one in self._all().values() if kind is None or one.kind == kind]
        return tuple(sorted(found, key=lambda one: one.title.casefold()))

    def get(self, id: str) -> PromptTemplate:
        """The prompt. Raises Problem `prompt_unknown` (prompt, known)."""
        found = self._all().get(id)
        if found is None:
            raise Problem("prompt_unknown", prompt=id[:80], known=", ".join(sorted(self._all())))
        return found

    def origin(self, id: str) -> Origin:
        """Whose it is. Raises like `get`."""
        self.get(id)
        if id in self._own.items():
            return "own"
        return "bundled" if id in self._bundled.items() else "plugin"

    def fill(self, id: str, values: Mapping[str, Any]) -> str:
        """The prompt's text with the values in their places. Raises like `get` and `filling.fill`."""
        return fill(self.get(id), values)

    def save(self, prompt: PromptTemplate) -> None:
        """Keep it as the user's own. Raises Problem `prompt_not_saved`."""
        self._own.save(prompt)

    def remove(self, id: str) -> None:
        """Remove one of the user's own; the one that it stood in for is back.

        Raises:
            Problem: `prompt_not_own` (prompt), `prompt_not_saved`, and what `get` raises.
        """
        if self.origin(id) != "own":
            raise Problem("prompt_not_own", prompt=id)
        self._own.remove(id)

    def import_file(self, path: Path, *, replace: bool = False) -> tuple[PromptTemplate, ...]:
        """Take in the prompts of a file, all of them or none.

        Args:
            replace: also those whose ids are taken by prompts that differ.

        Raises:
            Problem: `prompt_file_broken` (path, detail), `file_unreadable`, `prompt_taken` (prompts),
                `prompt_not_saved`.
        """
        read = tables.read(path, PromptTemplate, _SHAPE.several)
        found = {one.id: one for one in read}
        if len(found) < len(read):
            raise Problem("prompt_file_broken", path=str(path), detail="an id is there twice")
        here = self._all()
        taken = sorted(id for id, one in found.items() if id in here and here[id] != one)
        if taken and not replace:
            raise Problem("prompt_taken", prompts=", ".join(taken))
        fresh = [one for id, one in found.items() if here.get(id) != one]
        for one in fresh:
            self.save(one)
        return tuple(found.values())

    def export_file(self, ids: Iterable[str], path: Path) -> None:
        """Write these prompts into one file, which `import_file` takes. Raises Problem `prompt_not_saved`."""
        tables.write(path, tuple(self.get(id) for id in dict.fromkeys(ids)), _SHAPE.several)

    def _all(self) -> dict[str, PromptTemplate]:
        return {**self._registered, **self._bundled.items(), **self._own.items()}
