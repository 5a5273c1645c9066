"""Makes an environment from a plan: room, a virtual environment, packages, and its record."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qwendesk.api.http import Purpose
from qwendesk.api.problem import Note, Problem
from qwendesk.runtimes.engines import disk, interpreter
from qwendesk.runtimes.engines.events import EngineAdvanced
from qwendesk.runtimes.engines.place import Place
from qwendesk.runtimes.engines.plan import Plan
from qwendesk.runtimes.engines.planner import Closed, Planner, only
from qwendesk.runtimes.engines.progress import Progress
from qwendesk.runtimes.engines.requests import LOUD
from qwendesk.runtimes.engines.shelf import Shelf, unwritable
from qwendesk.runtimes.engines.uv import Uv, Watch
from qwendesk.runtimes.engines.visits import Visits
from qwendesk.system import process
from qwendesk.system.exchange import Ledger

_FULL = ("No space left", "os error 28", "os error 112", "Disk quota")


class Maker:
    """Everything here happens under the lock of `Shelf.alone`."""

    def __init__(
        self,
        shelf: Shelf,
        planner: Planner,
        ledger: Ledger,
        closed: Closed,
        tell: Callable[[EngineAdvanced], None],
    ) -> None:
        self._shelf, self._planner, self._ledger = shelf, planner, ledger
        self._closed, self._tell = closed, tell

    def make(self, plan: Plan, stopped: Callable[[], bool]) -> Place:
        """The environment, filled but not tested: until it is, its record says that it is broken.

        Whatever goes wrong, nothing of it is left. What was fetched stays for another try, unless it was
        cancelled.

        Raises:
            Problem: `engine_no_room` (name, path, needed, free, floor), `engine_cancelled`, `uv_failed`
                (detail), `offline`, `engines_unwritable` (path, detail), `engine_python_missing` (needed).
        """
        check_room(plan, self._shelf.folder)
        wish = plan.wish
        place = Place(
            self._shelf.folder / wish.spec.id / plan.name,
            wish.spec.id,
            wish.version,
            wish.variant.id,
            wish.requirements,
            tuple(f"{one.name}=={one.version}" for one in plan.packages),
            time.time(),
            owners=(process.this_process(),),
        )
        try:
            self._clear(place)
            place.save()
            self._fill(place, plan, stopped)
            made = replace(place, state="broken", problem=Note("engine_untested"), owners=())
            made.save()
        except OSError as error:
            self._undo(place)
            raise unwritable(place.folder, error) from error
        except BaseException as error:
            self._undo(place)
            if not isinstance(error, Exception) or getattr(error, "id", "") == "engine_cancelled":
                disk.sweep(self._shelf.cache)
            raise
        return made

    def _clear(self, place: Place) -> None:
        """A broken one of the same name makes way."""
        if place.folder.exists():
            disk.remove(place.folder)

    def _undo(self, place: Place) -> None:
        with contextlib.suppress(Problem):
            self._shelf.forget(place, keep_cache=True)

    def _fill(self, place: Place, plan: Plan, stopped: Callable[[], bool]) -> None:
        uv = self._planner.uv(plan.wish)
        purpose = Purpose("engine", "packages", f"{place.runtime} {plan.name}")
        progress = Progress(plan, self._shelf.cache, self._tell)
        self._tell(EngineAdvanced(place.runtime, plan.name, "making"))
        with Visits(self._ledger, self._closed, plan.hosts, purpose) as visits:

            def look() -> None:
                if stopped():
                    raise Problem("engine_cancelled")
                visits.look()
                progress.measure()

            def began(child: str) -> None:
                replace(place, owners=(*place.owners, child)).save()

            def heard(line: str) -> None:
                visits.hear(line)
                progress.line(line)

            watch = Watch(look, heard, began)
            try:
                self._run(uv, place, plan, watch)
            except Problem as problem:
                _count(visits, plan, progress.fetched)
                raise _full(problem, plan, self._shelf.folder) from problem
            _count(visits, plan, None)

    def _run(self, uv: Uv, place: Place, plan: Plan, watch: Watch) -> None:
        wish = plan.wish
        python = interpreter.found(uv, wish.lock.python)
        uv.run(["venv", "--python", python, "--no-project", str(place.folder)], watch)
        pylock = place.folder / "pylock.toml"
        pylock.write_text(plan.pylock, encoding="utf-8")
        try:
            uv.run(
                ["pip", "install", "--python", str(place.python), "--requirements", str(pylock), *only(wish)],
                watch,
                {**wish.variant.build, **LOUD},
            )
        finally:
            pylock.unlink(missing_ok=True)  # it holds addresses, which are nobody's business


def check_room(plan: Plan, folder: Path) -> None:
    """Raises Problem `engine_no_room` (name, path, needed, free, floor)."""
    if plan.there is None and plan.on_disk + plan.floor > plan.free:
        raise Problem(
            "engine_no_room",
            name=plan.name,
            path=str(folder),
            needed=plan.on_disk,
            free=plan.free,
            floor=plan.floor,
        )


def _full(problem: Problem, plan: Plan, folder: Path) -> Problem:
    """The same, or that the disk was full."""
    detail = str(problem.arguments.get("detail", ""))
    if problem.id == "uv_failed" and any(one in detail for one in _FULL):
        return Problem("engine_disk_full", name=plan.name, path=str(folder))
    return problem


def _count(visits: Visits, plan: Plan, fetched: list[str] | None) -> None:
    """Bytes by host; `fetched` are the packages that came, None for all of them."""
    for one in plan.packages:
        if one.host and (fetched is None or one.name in fetched):
            visits.count(one.host, one.download or 0)
