"""Models that other programs or folders hold, and taking them over in place."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qwendesk.api.problem import Note, Problem
from qwendesk.api.sources import LocalModel
from qwendesk.models.keeping import Keeping
from qwendesk.models.library import Library
from qwendesk.models.model import Model
from qwendesk.models.scan import place_of, scan
from qwendesk.models.sources import Sources

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A model that is on this computer. `known`: the library has it already."""

    model: LocalModel
    size: int
    known: bool


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of one: a model, or the reason why not."""

    path: Path
    model: Model | None = None
    problem: Note | None = None


class Neighbours:
    """Looks into the folders of other programs. Methods block; any thread may call them."""

    def __init__(self, sources: Sources, library: Library, keeping: Keeping) -> None:
        self._sources, self._library, self._keeping = sources, library, keeping

    def found(self) -> list[Neighbour]:
        """Every model of the programs that are known; a source that fails costs only itself."""
        known = {str(one.model.path) for one in self._library.entries()}
        found: dict[str, Neighbour] = {}
        for spec in self._sources.folders:
            try:
                models = self._sources.folder(spec).found()
            except (KeyboardInterrupt, GeneratorExit):
                raise
            except BaseException as error:
                _log.warning("The source %s failed: %s", spec.id, error)
                continue
            for one in models:
                size = _size(Path(one.path))
                if size is not None:
                    found.setdefault(one.path, Neighbour(one, size, one.path in known))
        return list(found.values())

    def adopt_all(self) -> Iterator[Adopted]:
        """Take over everything that is found and not known yet."""
        for one in self.found():
            if not one.known:
                yield self.adopt(one.model)

    def adopt(self, model: LocalModel) -> Adopted:
        """Take over one that was found."""
        path = Path(model.path)
        try:
            return Adopted(
                path, self._keeping.adopt(path, _name(model), model.origin, model.repo, model.mmproj)
            )
        except Problem as problem:
            return Adopted(path, problem=problem.note())

    def adopt_path(self, path: Path) -> Iterator[Adopted]:
        """Take over a file, or every model below a folder.

        Raises:
            Problem: `model_unreadable`, or `model_not_a_file` where there is no model at all.
        """
        path = path.expanduser().absolute()
        try:
            places = [place] if (place := place_of(path)) is not None else scan(path)
        except OSError as error:
            raise Problem("model_unreadable", path=str(path), detail=error.strerror or "") from error
        models = [one.path for one in places if "mmproj" not in one.path.name.lower()]
        if not models:
            raise Problem("model_not_a_file", path=str(path))
        for one in models:
            try:
                yield Adopted(one, self._keeping.adopt(one))
            except Problem as problem:
                yield Adopted(one, problem=problem.note())


def _name(model: LocalModel) -> str:
    """Where a repository is told, the name is made from it; else it is the other program's."""
    return "" if model.repo and model.origin != "Ollama" else model.name


def _size(path: Path) -> int | None:
    try:
        place = place_of(path)
    except OSError:
        return None
    return place.size if place is not None else None
