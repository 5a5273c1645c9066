"""The engine environments of a home: which there are, which one holds, and sweeping away half ones.

HOME/engines/RUNTIME/NAME/       an environment
HOME/engines/RUNTIME/NAME.json   what is known about it
HOME/engines/RUNTIME/current     the one that holds, and those that held before it
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qwendesk.api.problem import Note, Problem
from qwendesk.runtimes.engines import disk, uv
from qwendesk.runtimes.engines.place import Place, read, record_of
from qwendesk.system import process
from qwendesk.system.settings import write_atomically

OWN = ""
"""In the place of an environment's name: the application's own interpreter."""
OWN_NAME = "own"
"""How people name it."""
_KEPT = 8


class Shelf:
    """Reads files at each question: another process may have changed them."""

    def __init__(self, folder: Path, cache: Path) -> None:
        """`cache` is uv's; it lies on the same disk, so that environments share files."""
        self.folder, self.cache = folder, cache

    def places(self, runtime: str) -> list[Place]:
        """The environments of a runtime, the newest first; half ones only while somebody makes them."""
        found = [read(one) for one in (self.folder / runtime).glob("*.json")]
        there = [_checked(one) for one in found if one is not None and not _is_left(one)]
        return sorted(there, key=lambda one: -one.made)

    def place(self, runtime: str, name: str) -> Place | None:
        return next((one for one in self.places(runtime) if one.name == name), None)

    def current(self, runtime: str) -> Place | None:
        """The one that workers start in; None is the application's own interpreter."""
        name = self._held(runtime)[:1]
        if not name or name[0] == OWN:
            return None
        found = self.place(runtime, name[0])
        return found if found is not None and found.state == "ready" else None

    def before(self, runtime: str) -> str | None:
        """The name of the one that held before and still works; None if there is none."""
        now = self.current(runtime)
        good = {one.name for one in self.places(runtime) if one.state == "ready"} | {OWN}
        name = now.name if now is not None else OWN
        return next((one for one in self._held(runtime)[1:] if one in good and one != name), None)

    def make_current(self, runtime: str, name: str, *, back: bool = False) -> None:
        """One atomic write. `back`: what held until now is not what to go back to.

        Raises:
            Problem: `engines_unwritable` (path, detail).
        """
        held = self._held(runtime) or [OWN]
        rest = held[1:] if back else held
        names = [name, *(one for one in rest if one != name)][:_KEPT]
        path = self.folder / runtime / "current"
        try:
            write_atomically(path, json.dumps(names).encode())
        except OSError as error:
            raise unwritable(path, error) from error

    def forget(self, place: Place, *, keep_cache: bool = False) -> int:
        """Delete an environment; the bytes that this freed. The record goes last: what is half gone is swept.

        `keep_cache`: what was fetched for it stays for another try.

        Raises:
            Problem: `engines_unwritable` (path, detail).
        """
        try:
            replace(place, state="making", owners=()).save()
            freed = disk.remove(place.folder)
            record_of(place.folder).unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(place.folder, error) from error
        return freed if keep_cache else freed + disk.sweep(self.cache)

    def sweep(self) -> None:
        """Take away what a process that was killed left half made. Only under the lock of `alone`."""
        for record in self.folder.glob("*/*.json"):
            found = read(record)
            if found is None or found.state == "making":
                for orphan in found.owners[1:] if found is not None else ():
                    uv.end(orphan)
                with contextlib.suppress(OSError):
                    disk.remove(record.with_suffix(""))
                    record.unlink(missing_ok=True)
        for folder in self.folder.glob("*/*/"):
            if not record_of(folder).is_file():
                with contextlib.suppress(OSError):
                    disk.remove(folder)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Whoever changes environments does it in here, one process at a time.

        Raises:
            Problem: `engines_busy` where another one does; `engines_unwritable` (path, detail).
        """
        from filelock import FileLock, Timeout

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / ".lock", timeout=0)
            lock.acquire()
        except Timeout:
            raise Problem("engines_busy") from None
        except OSError as error:
            raise unwritable(self.folder, error) from error
        try:
            yield
        finally:
            lock.release()

    def _held(self, runtime: str) -> Sequence[str]:
        """The current one and those before it, the newest first."""
        try:
            names = json.loads((self.folder / runtime / "current").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [one for one in names if isinstance(one, str)] if isinstance(names, list) else []


def unwritable(path: Path, error: OSError) -> Problem:
    return Problem("engines_unwritable", path=str(path), detail=error.strerror or str(error))


def _is_left(place: Place) -> bool:
    """Half made, and nobody makes it any more."""
    return place.state == "making" and not any(process.is_alive(one) for one in place.owners[:1])


def _checked(place: Place) -> Place:
    """An update of the system can take away the Python that an environment stands on."""
    if place.state == "ready" and not place.python.exists():
        return replace(place, state="broken", problem=Note("engine_python_gone", {"path": str(place.folder)}))
    return place
