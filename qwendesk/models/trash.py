"""Removed models: moved aside on their own drive, brought back whole, deleted for good after a month.

Not the desktop's trash: that offers a program no way back, and would copy 100 GB to another drive.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.models import shards
from qwendesk.models.shelf import Known
from qwendesk.store.library import LibraryRows

FOLDER = ".qwendesk-trash"
KEPT_S = 30 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Removed:
    """A model in the trash. `there`: its files are (a drive may be unplugged, or somebody emptied it)."""

    number: int
    name: str
    size: int
    removed: float
    there: bool


class Trash:
    """What was removed from roots of ours."""

    def __init__(self, rows: LibraryRows, clock: Callable[[], float] = time.time) -> None:
        self._rows, self._clock = rows, clock

    def content(self) -> list[Removed]:
        """The newest first. Raises the store's Problems."""
        return [
            Removed(
                row["number"],
                row["name"],
                row["size"],
                row["removed"],
                all(at.exists() for _, at in _moves(row)),
            )
            for row in self._rows.trash()
        ]

    def throw(self, model: Known, files: Sequence[Path]) -> int:
        """Move a model's files aside; all of them or none. Returns the number in the trash.

        Raises:
            Problem: `remove_failed` (path, detail), or the store's.
        """
        root = Path(model.root)
        folder = root / FOLDER / f"{time.time_ns():x}"
        moves = [(one, folder / one.relative_to(root)) for one in files]
        text = json.dumps([[str(here), str(there)] for here, there in moves])
        # Written first: a model that is moved and not listed could not be brought back.
        number = self._rows.throw(self._clock(), model.name, model.size, json.dumps(asdict(model)), text)
        try:
            _move_all(moves)
        except OSError as error:
            self._rows.take_out(number)
            _remove_empty(folder, root)
            raise Problem("remove_failed", path=str(files[0]), detail=error.strerror or str(error)) from error
        for one in files:
            _remove_empty(one.parent, root)
        return number

    def restore(self, number: int | None = None) -> tuple[Known, int]:
        """Bring a model back; the latest where no number is given.

        Raises:
            Problem: `trash_empty`, `trash_unknown` (number), `restore_occupied` (path), `restore_failed`
                (path, detail), or the store's.
        """
        row = self._row(number)
        back = [(there, here) for here, there in _moves(row)]
        for _, here in back:
            if here.exists():
                raise Problem("restore_occupied", path=str(here))
        try:
            _move_all(back)
        except OSError as error:
            raise Problem(
                "restore_failed", path=str(back[0][1]), detail=error.strerror or str(error)
            ) from error
        self._rows.take_out(row["number"])
        model = Known(**json.loads(row["shelf"]))
        _remove_empty(back[0][0].parent, Path(model.root))
        return model, row["number"]

    def empty(self, older_than: float = 0.0) -> int:
        """Delete for good what was removed that many seconds ago or earlier; returns bytes freed.

        What cannot be deleted now stays listed. Raises the store's Problems.
        """
        freed = 0
        for row in self._rows.trash():
            if row["removed"] <= self._clock() - older_than and _delete(row):
                freed += row["size"]
                self._rows.take_out(row["number"])
        return freed

    def _row(self, number: int | None) -> Any:
        rows = self._rows.trash()
        if not rows:
            raise Problem("trash_empty")
        found = rows[0] if number is None else next((one for one in rows if one["number"] == number), None)
        if found is None:
            raise Problem("trash_unknown", number=number)
        return found


def size_on_disk(root: Path) -> int:
    """Bytes in the trash folder of a root."""
    folder = root / FOLDER
    if folder.is_symlink():
        return 0
    found = 0
    for at, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                found += (Path(at) / name).lstat().st_size
    return found


def clear_on_disk(root: Path) -> int:
    """Delete the trash folder of a root with all that is in it; returns bytes freed."""
    folder, before = root / FOLDER, size_on_disk(root)
    if not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)
    return before - size_on_disk(root)


def _moves(row: Any) -> list[tuple[Path, Path]]:
    return [(Path(here), Path(there)) for here, there in json.loads(row["moves"])]


def _move_all(moves: Sequence[tuple[Path, Path]]) -> None:
    """Rename each; those already moved come back where one fails. Raises OSError."""
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
            done.append((source, target))
    except OSError:
        for source, target in reversed(done):
            with contextlib.suppress(OSError):
                target.rename(source)
        raise


def _delete(row: Any) -> bool:
    """Whether nothing of it is left. Only what lies in a trash folder is ever deleted."""
    for _, there in _moves(row):
        if FOLDER not in there.parts:
            return False
        try:
            shutil.rmtree(there) if there.is_dir() else there.unlink(missing_ok=True)
        except OSError:
            return False
        _remove_empty(there.parent, Path(json.loads(row["shelf"])["root"]))
    return True


def _remove_empty(folder: Path, root: Path) -> None:
    """Remove folders that are empty now, up to the root."""
    with contextlib.suppress(OSError):
        while folder != root and root in folder.parents:
            folder.rmdir()
            folder = folder.parent


def belongings(known: Known) -> list[Path]:
    """What goes with a model: its parts or its folder, and a projector that nobody else needs."""
    path = Path(known.path)
    if known.format != "gguf":
        return [path]
    files = [one for one in shards.expected(path) if one.exists()]
    others = [
        one for one in path.parent.glob("*.gguf") if one not in files and "mmproj" not in one.name.lower()
    ]
    return files if others else files + sorted(path.parent.glob("*mmproj*.gguf"))
