"""Whether the disk has room for what is queued, and for the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from qwendesk.api.health import CheckContext, CheckResult, Fix, HealthCheck
from qwendesk.api.problem import Note, Problem
from qwendesk.api.words import N_
from qwendesk.models.downloads.pull import Pull
from qwendesk.models.downloads.room import free_at
from qwendesk.models.downloads.service import Downloads
from qwendesk.models.keeping import Keeping

HOME_NEEDS = 200_000_000
"""Bytes: a database that cannot grow loses what is said."""
Free = Callable[[Path], int]


def room(
    home: Path, models: Callable[[], Path], downloads: Downloads, keeping: Keeping, free: Free = free_at
) -> HealthCheck:
    """The disk of the home, and that of each folder that models come to, against the queue."""

    def run(_context: CheckContext) -> Iterator[CheckResult]:
        pulls = _unfinished(downloads)
        fix = _fix(pulls, downloads, keeping)
        if (left := free(home)) < HOME_NEEDS:
            short = Note("disk_full_home", {"path": str(home), "free": left})
            yield CheckResult("fail", short, subject="home", fix=fix)
        for folder in sorted({models(), *(one.root for one in pulls)}):
            waiting = sum(one.size - one.done for one in pulls if one.root == folder)
            yield _judged(folder, free(folder), waiting, downloads.floor(), fix)

    return HealthCheck("disk", N_("Is there room on the disk?"), run, "fast")


def _judged(folder: Path, free: int, waiting: int, floor: int, fix: Fix | None) -> CheckResult:
    path = str(folder)
    if free < floor:
        full = Note("disk_nearly_full", {"path": path, "free": free, "floor": floor})
        return CheckResult("fail", full, subject=path, fix=fix)
    if free < floor + waiting:
        short = Note("disk_short", {"path": path, "free": free, "waiting": waiting, "floor": floor})
        return CheckResult("warn", short, subject=path, fix=fix)
    return CheckResult(
        "ok", Note("disk_state", {"path": path, "free": free, "waiting": waiting}), subject=path
    )


def _unfinished(downloads: Downloads) -> list[Pull]:
    try:
        return [one for one in downloads.pulls() if one.state != "done"]
    except Problem:  # another check tells of the database
        return []


def _fix(pulls: list[Pull], downloads: Downloads, keeping: Keeping) -> Fix | None:
    """The trash is emptied, where there is something in it; else downloads are paused."""
    try:
        thrown = sum(one.size for one in keeping.trash() if one.there)
    except Problem:
        return None
    if thrown:
        return Fix(N_("Empty the trash ({size})"), lambda _context: _empty(keeping), {"size": thrown})
    going = [one.number for one in pulls if one.state in ("queued", "running")]
    if going:
        return Fix(N_("Pause all downloads"), lambda _context: _pause(downloads, going))
    return None


def _empty(keeping: Keeping) -> Note:
    return Note("trash_emptied", {"size": keeping.empty_trash(0.0)})


def _pause(downloads: Downloads, numbers: list[int]) -> Note:
    for number in numbers:
        downloads.pause(number)
    return Note("downloads_paused", {"count": len(numbers)})
