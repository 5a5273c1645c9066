"""A folder of small TOML files, one thing or several in each; a broken one costs only itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from qwendesk.api.problem import Problem
from qwendesk.chat.prompts import tables

T = TypeVar("T")
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """What lies in the folder: its type, its key, the name of its file, and that of a list of them."""

    kind: type[T]
    key: Callable[[T], str]
    file: Callable[[T], str]
    several: str


@dataclass(frozen=True, slots=True)
class _Seen(Generic[T]):
    stamp: _Stamp
    items: tuple[T, ...] = ()
    problem: Problem | None = None


class Folder(Generic[T]):
    """What is there now, also after other hands changed it: a file is read again when its stamp changes."""

    def __init__(self, path: Path, shape: Shape[T]) -> None:
        self._path = path
        self._shape = shape
        self._seen: dict[Path, _Seen[T]] = {}
        self._lock = threading.RLock()
        self._problems: list[Problem] = []

    @property
    def problems(self) -> list[Problem]:
        """What cannot be used now, and why."""
        with self._lock:
            self.items()
            return list(self._problems)

    def items(self) -> Mapping[str, T]:
        """Everything that can be read, by its key."""
        return {key: one for key, (one, _path) in self._found().items()}

    def save(self, one: T) -> None:
        """Keep it, in place of the one with the same key. Raises Problem `prompt_not_saved`."""
        with self._lock:
            key = self._shape.key(one)
            path = self._place(key) or self._path / self._shape.file(one)
            seen = self._seen.get(path)
            others = [other for other in seen.items if self._shape.key(other) != key] if seen else []
            if seen is not None and seen.problem is not None:
                self._put_aside(path)
            tables.write(path, (*others, one), self._shape.several)
            self._seen.pop(path, None)

    def remove(self, key: str) -> bool:
        """Whether it was there; it is gone then. Raises Problem `prompt_not_saved`."""
        with self._lock:
            path = self._place(key)
            if path is None:
                return False
            others = tuple(one for one in self._seen.pop(path).items if self._shape.key(one) != key)
            if others:
                tables.write(path, others, self._shape.several)
                return True
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise Problem("prompt_not_saved", path=str(path), detail=error.strerror or "") from error
            return True

    def _place(self, key: str) -> Path | None:
        found = self._found().get(key)
        return found[1] if found else None

    def _put_aside(self, path: Path) -> None:
        """A broken file is not overwritten: what it holds may be mended by hand."""
        try:
            path.replace(path.with_suffix(".broken"))
        except OSError as error:
            raise Problem("prompt_not_saved", path=str(path), detail=error.strerror or "") from error

    def _found(self) -> dict[str, tuple[T, Path]]:
        with self._lock:
            self._problems = []
            found: dict[str, tuple[T, Path]] = {}
            for path in self._files():
                seen = self._look(path)
                if seen.problem is not None:
                    self._problems.append(seen.problem)
                for one in seen.items:
                    key = self._shape.key(one)
                    if key in found:
                        other = str(found[key][1])
                        self._problems.append(Problem("prompt_twice", name=key, path=str(path), other=other))
                    found.setdefault(key, (one, path))
            return found

    def _files(self) -> list[Path]:
        try:
            files = sorted(one for one in self._path.iterdir() if one.suffix == ".toml")
        except (FileNotFoundError, NotADirectoryError):
            files = []
        except OSError as error:
            files = []
            detail = error.strerror or ""
            self._problems.append(Problem("file_unreadable", path=str(self._path), detail=detail))
        self._seen = {path: seen for path, seen in self._seen.items() if path in files}
        return files

    def _look(self, path: Path) -> _Seen[T]:
        stamp = _stamp(path)
        seen = self._seen.get(path)
        if seen is None or seen.stamp != stamp:
            seen = self._seen[path] = self._read(path, stamp)
        return seen

    def _read(self, path: Path, stamp: _Stamp) -> _Seen[T]:
        try:
            return _Seen(stamp, tables.read(path, self._shape.kind, self._shape.several))
        except Problem as problem:
            return _Seen(stamp, problem=problem)


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)
