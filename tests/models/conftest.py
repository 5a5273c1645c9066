"""A library in a fresh home, with its database, on a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qwendesk.models.keeping import Keeping
from qwendesk.models.library import Library
from qwendesk.store.connection import Store
from qwendesk.store.library import LibraryRows
from qwendesk.system.paths import Paths


@dataclass
class Shop:
    """A library with what belongs to it; `events` are those published so far."""

    paths: Paths
    store: Store
    events: list[object] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    now: float = 1_000_000.0
    library: Library = field(init=False)
    keeping: Keeping = field(init=False)

    def __post_init__(self) -> None:
        rows = LibraryRows(self.store)
        self.library = Library(self.paths, rows, lambda: self.roots, self.events.append, lambda: self.now)
        self.keeping = Keeping(self.library, rows, self.events.append, lambda: self.now)

    def names(self) -> set[str]:
        return {one.name for one in self.library.models() if not one.bundled}

    def told(self, kind: type) -> list[object]:
        return [one for one in self.events if isinstance(one, kind)]


@pytest.fixture
def opened(paths: Paths) -> Iterator[Callable[[], Shop]]:
    """Opens the home's library, as often as wanted: each time as another process would."""
    stores: list[Store] = []

    def open_one() -> Shop:
        paths.models.mkdir(parents=True, exist_ok=True)
        stores.append(Store(paths.database))
        return Shop(paths, stores[-1])

    yield open_one
    for one in stores:
        one.close()


@pytest.fixture
def shop(opened: Callable[[], Shop]) -> Shop:
    return opened()


@pytest.fixture
def put(paths: Paths) -> Callable[[str, bytes], Path]:
    """Writes a file below the home's models."""

    def write(name: str, data: bytes) -> Path:
        path = paths.models / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write
