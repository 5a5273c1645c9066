"""Taking care of models: adopt, describe, verify, find doubles, remove and bring back."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.models import shards, trash
from qwendesk.models.choosing import quant_of
from qwendesk.models.downloads.pull import ModelInstalled
from qwendesk.models.duplicates import Duplicate, duplicates
from qwendesk.models.entry import LibraryEntry, model_of
from qwendesk.models.events import ModelAdopted, ModelDescribed, ModelRemoved, ModelRestored, ModelVerified
from qwendesk.models.library import Library
from qwendesk.models.loose import look_at
from qwendesk.models.model import Model
from qwendesk.models.trash import KEPT_S, Removed, Trash, belongings
from qwendesk.models.verifying import Hash, Hashes, Verified, files_of
from qwendesk.store.library import LibraryRows


class Keeping:
    """What is done with the models of a library. Methods block; any thread may call them."""

    def __init__(
        self,
        library: Library,
        rows: LibraryRows,
        publish: Callable[[object], None] = lambda _event: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._library, self._rows, self._publish, self._clock = library, rows, publish, clock
        self._shelf = library.shelf
        self._hashes = Hashes(rows, clock)
        self._trash = Trash(rows, clock)
        self._lock = threading.Lock()

    def adopt(self, path: Path, name: str = "", origin: str = "", repo: str = "", mmproj: str = "") -> Model:
        """Use a model where it lies; nothing of it is ever changed. One below a root is there anyway.

        Raises:
            Problem: `model_not_a_file`, `model_not_gguf` and what else `read_facts` raises.
        """
        path = path.absolute()
        known, summary = look_at(path, self._shelf.known())
        if summary.problem is not None:
            raise Problem.of(summary.problem)
        if not known.root:
            taken = {one.name.lower() for one in self._shelf.known().values() if one.path != known.path}
            wanted = name or _adopted_name(path, repo)
            free = wanted if wanted.lower() not in taken else known.path
            eye = mmproj or known.mmproj
            known = replace(known, name=free, origin=origin, repo=repo, mmproj=eye, gone=False)
            self._shelf.put([known if known.added else replace(known, added=self._clock())])
        self._publish(ModelAdopted(known.name, known.path, origin))
        return model_of(known, summary)

    def describe(self, model: Model, tags: Sequence[str] | None = None, notes: str | None = None) -> None:
        """Set tags or notes; None leaves them. Raises the store's Problems."""
        self._rows.write_remarks(str(model.path), _written(tags) if tags is not None else None, notes)
        self._publish(ModelDescribed(model.name))

    def used(self, model: Model) -> None:
        """Remember that it was loaded now."""
        self._shelf.write_used(str(model.path), self._clock())

    def installed(self, event: object) -> None:
        """A listener for the bus: what a download checked need not be hashed again."""
        if not isinstance(event, ModelInstalled):
            return
        for file, path in zip(event.pull.files, event.paths, strict=True):
            if file.remote.sha256:
                self._hashes.expect(path, file.remote.sha256, event.pull.source, checked=True)
        self._library.refresh()

    def verify(
        self,
        model: Model,
        progress: Callable[[int, int], None] = lambda _done, _all: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Verified:
        """Read all of its files and compare their hashes with what they should be.

        Args:
            progress: called with bytes read and bytes in all.
            stopped: asked for every mebibyte.

        Raises:
            Problem: `model_part_missing`, `file_unreadable` or the store's.
            Stopped: `stopped` said so.
        """
        found = self._hashes.verify(files_of(model.path), progress, stopped)
        self._publish(ModelVerified(model.name, found.state))
        return found

    def accept(self, model: Model) -> None:
        """Its files are right as they were hashed last, where they differ only from what they were earlier.

        Raises:
            Problem: `model_part_missing`, `file_unreadable` or the store's.
        """
        self._hashes.accept(files_of(model.path))
        self._publish(ModelVerified(model.name, "verified"))

    def changed(self, entries: Sequence[LibraryEntry] | None = None) -> list[LibraryEntry]:
        """Models whose size or time is not that of their hashes, or whose hashes were never compared.

        `entries` are those of the library now, where the caller has them.
        """
        known = self._hashes.known()
        found = self._library.entries() if entries is None else entries
        return [
            one for one in found if one.state == "ok" and any(_changed(file, known) for file in _files(one))
        ]

    def duplicates(self, stopped: Callable[[], bool] = lambda: False) -> list[Duplicate]:
        """Files that are there more than once; hashes what has the same size. Raises like `verify`."""
        return duplicates(self._library.models(), self._hashes, stopped)

    def remove(self, model: Model) -> Removed | None:
        """Move a model to the trash of its root; only forget it where it is another program's (None then).

        What has lain in the trash for a month is deleted on this occasion.

        Raises:
            Problem: `model_bundled`, `model_not_ours` (path), `remove_failed`, or the store's.
        """
        if model.bundled:
            raise Problem("model_bundled", name=model.name)
        with self._lock:
            known = self._shelf.known().get(str(model.path))
            if known is None or known.gone:
                raise Problem("model_not_ours", path=str(model.path))
            number = self._trash.throw(known, belongings(known)) if known.root else None
            self._shelf.forget(known.path)
            self._trash.empty(KEPT_S)
        self._publish(ModelRemoved(known.name, number))
        self._library.refresh()
        return next((one for one in self._trash.content() if one.number == number), None)

    def restore(self, number: int | None = None) -> str:
        """Bring a removed model back, the latest where no number is given; returns its name.

        Raises:
            Problem: as `Trash.restore`.
        """
        with self._lock:
            known, _ = self._trash.restore(number)
            self._shelf.put([known])
        self._publish(ModelRestored(known.name))
        self._library.refresh()
        return known.name

    def trash(self) -> list[Removed]:
        """What could be restored. Raises the store's Problems."""
        return self._trash.content()

    def empty_trash(self, older_than: float = KEPT_S) -> int:
        """Delete for good what was removed that many seconds ago or earlier; returns bytes freed."""
        with self._lock:
            return self._trash.empty(older_than)

    def trash_on_disk(self) -> int:
        """Bytes in the trash folders of all roots, which no database is needed to find."""
        return sum(trash.size_on_disk(root) for root in self._library.roots())

    def empty_trash_on_disk(self) -> int:
        """Delete for good what lies in the trash folders of all roots, listed or not; returns bytes freed."""
        with self._lock:
            return sum(trash.clear_on_disk(root) for root in self._library.roots())


def _files(entry: LibraryEntry) -> list[Path]:
    try:
        return files_of(entry.model.path)
    except Problem:
        return []


def _changed(file: Path, known: Mapping[str, Hash]) -> bool:
    """Whether there is a hash that is not known to hold for the file as it is."""
    before = known.get(str(file))
    try:
        status = file.stat()
    except OSError:
        return False
    return before is not None and not before.holds(status.st_size, status.st_mtime_ns)


def _adopted_name(path: Path, repo: str) -> str:
    """ORG/REPO:QUANT where the other program tells the repository, else the file's name."""
    quant = quant_of(path.name)
    return f"{repo}:{quant}" if repo and quant else repo or shards.stem(path.name)


def _written(tags: Sequence[str]) -> str:
    """Tags as they are kept: without blanks around them, each once."""
    return json.dumps(list(dict.fromkeys(one.strip() for one in tags if one.strip())), ensure_ascii=False)
