"""Whether the disk has room for what is queued, and for the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from qwendesk.api.health import CheckContext, CheckResult, Fix, HealthCheck
from qwendesk.api.problem import Note, Problem
from qwendesk.api.words import N_
from qwendesk.models.downloads.pull import Pull
from qwendesk.models.downloads.room import disk_of, free_at
from qwendesk.models.downloads.service import Downloads
from qwendesk.models.keeping import Keeping

HOME_NEEDS = 200_000_000
"""Bytes: a database that cannot grow loses what is said."""
Free = Callable[[Path], int]


def room(
    home: Path,
    models: Callable[[], Path],
    downloads: Downloads,
    keeping: Keeping,
    free: Free = free_at,
    disk: Callable[[Path], int] = disk_of,
) -> HealthCheck:
    """The disk of the home, and that of each folder that models come to, against the queue."""

    def run(_context: CheckContext) -> Iterator[CheckResult]:
        pulls = _unfinished(downloads)
        fix, advice = _help(pulls, downloads, keeping)
        if (left := free(home)) < HOME_NEEDS:
            short = Note("disk_full_home", {"path": str(home), "free": left})
            yield CheckResult("fail", short, advice, subject="home", fix=fix)
        for folder in sorted({models(), *(one.root for one in pulls)}):
            here = disk(folder)
            waiting = sum(one.size - one.done for one in pulls if disk(one.root) == here)
            found = _judged(folder, free(folder), waiting, downloads.floor())
            yield found if found.status == "ok" else replace(found, fix=fix, advice=advice)

    return HealthCheck("disk", N_("Is there room on the disk?"), run, "fast")


def _judged(folder: Path, free: int, waiting: int, floor: int) -> CheckResult:
    path = str(folder)
    if free < floor:
        full = Note("disk_nearly_full", {"path": path, "free": free, "floor": floor})
        return CheckResult("fail", full, subject=path)
    if free < floor + waiting:
        short = Note("disk_short", {"path": path, "free": free, "waiting": waiting, "floor": floor})
        return CheckResult("warn", short, subject=path)
    return CheckResult(
        "ok", Note("disk_state", {"path": path, "free": free, "waiting": waiting}), subject=path
    )


def _unfinished(downloads: Downloads) -> list[Pull]:
    try:
        return [one for one in downloads.pulls() if one.state != "done"]
    except Problem:  # another check tells of the database
        return []


def _help(pulls: list[Pull], downloads: Downloads, keeping: Keeping) -> tuple[Fix | None, Note | None]:
    """The trash is emptied, where there is something in it; else downloads are paused.

    Where the database cannot tell what is in the trash, the folders themselves do.
    """
    try:
        thrown = sum(one.size for one in keeping.trash() if one.there)
    except Problem:
        if lying := keeping.trash_on_disk():
            return _emptying(lying, keeping.empty_trash_on_disk), None
        return None, Note("disk_store_first")
    if thrown:
        return _emptying(thrown, lambda: keeping.empty_trash(0.0)), None
    going = [one.number for one in pulls if one.state in ("queued", "running")]
    if going:
        return Fix(N_("Pause all downloads"), lambda _context: _pause(downloads, going)), None
    return None, None


def _emptying(size: int, empty: Callable[[], int]) -> Fix:
    def act(_context: CheckContext) -> Note:
        return Note("trash_emptied", {"size": empty()})

    return Fix(N_("Empty the trash ({size})"), act, {"size": size})


def _pause(downloads: Downloads, numbers: list[int]) -> Note:
    for number in numbers:
        downloads.pause(number)
    return Note("downloads_paused", {"count": len(numbers)})
