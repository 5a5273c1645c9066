"""Files that lie on this computer more than once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.models.model import Model
from qwendesk.models.verifying import Hashes, files_of


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same bytes in several files; `names` are the models that they belong to."""

    sha256: str
    size: int
    paths: tuple[Path, ...]
    names: tuple[str, ...]

    @property
    def wasted(self) -> int:
        """Bytes that would be free with one of them."""
        return self.size * (len(self.paths) - 1)


def duplicates(models: Iterable[Model], hashes: Hashes, stopped: Callable[[], bool]) -> list[Duplicate]:
    """The largest waste first. Only files of one size are hashed; links to one file are no duplicates.

    Raises:
        Problem: the store's.
        Stopped: `stopped` said so.
    """
    by_size: dict[int, dict[tuple[int, int], tuple[Path, str]]] = {}
    for model in models:
        for path in _files(model):
            try:
                status = path.stat()
            except OSError:
                continue
            same = (status.st_dev, status.st_ino or hash(path))
            by_size.setdefault(status.st_size, {}).setdefault(same, (path, model.name))
    found = []
    for size, files in by_size.items():
        if size and len(files) > 1:
            found += _same(size, list(files.values()), hashes, stopped)
    return sorted(found, key=lambda one: -one.wasted)


def _files(model: Model) -> list[Path]:
    try:
        return files_of(model.path)
    except Problem:
        return []


def _same(
    size: int, files: Sequence[tuple[Path, str]], hashes: Hashes, stopped: Callable[[], bool]
) -> list[Duplicate]:
    by_hash: dict[str, list[tuple[Path, str]]] = {}
    for path, name in files:
        try:
            by_hash.setdefault(hashes.sha256(path, stopped), []).append((path, name))
        except Problem as problem:
            if problem.id != "file_unreadable":
                raise
    return [
        Duplicate(sha256, size, tuple(path for path, _ in same), tuple(name for _, name in same))
        for sha256, same in by_hash.items()
        if len(same) > 1
    ]
