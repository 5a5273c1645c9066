"""Whether the database can be read, whether it is whole, and saving what is in it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from qwendesk.api.health import CheckContext, CheckResult, Fix, HealthCheck, Status
from qwendesk.api.problem import Note, Problem
from qwendesk.api.words import N_
from qwendesk.store.connection import Store
from qwendesk.store.salvage import salvage

_ADVICE = Note("store_save_advice")
_MAY_PASS = ("store_busy", "store_locked")


def readable(store: Store) -> HealthCheck:
    """Opens it."""

    def run(_context: CheckContext) -> CheckResult:
        try:
            store.rows("SELECT 1 FROM migrations")
        except Problem as problem:
            return _refused(store, problem)
        return CheckResult("ok", Note("store_readable"))

    return HealthCheck("store", N_("Can the database be read?"), run, "fast")


def whole(store: Store) -> HealthCheck:
    """Lets SQLite read all of it and compare its parts."""

    def run(_context: CheckContext) -> CheckResult:
        try:
            faults = store.faults()
        except Problem as problem:
            return _refused(store, problem)
        if not faults:
            return CheckResult("ok", Note("store_whole"))
        told = tuple(Note("store_fault", {"detail": one}) for one in faults)
        broken = Note("store_broken", {"path": str(store.path), "detail": faults[0]})
        return CheckResult("fail", broken, _ADVICE, detail=told, fix=_saving(store))

    return HealthCheck("store-whole", N_("Is everything in the database in order?"), run)


def _refused(store: Store, problem: Problem) -> CheckResult:
    status: Status = "warn" if problem.id in _MAY_PASS else "fail"
    fix = _fix(store, problem)
    return CheckResult(status, problem.note(), _ADVICE if problem.id == "store_broken" else None, fix=fix)


def _fix(store: Store, problem: Problem) -> Fix | None:
    if problem.id == "store_broken":
        return _saving(store)
    if problem.id == "store_unusable" and _is_shut(store.path):
        return Fix(N_("Allow reading and writing"), lambda _context: _open(store.path))
    return None


def _saving(store: Store) -> Fix:
    def act(_context: CheckContext) -> Note:
        saved = salvage(store)
        return Note("store_salvaged", {"rows": saved.rows, "aside": str(saved.aside)})

    return Fix(N_("Save what can be read"), act)


def _is_shut(path: Path) -> bool:
    return path.is_file() and not os.access(path, os.R_OK | os.W_OK)


def _open(path: Path) -> Note:
    """Give the owner back the right to read and write it. Raises Problem `store_unusable`."""
    try:
        path.chmod(stat.S_IMODE(path.stat().st_mode) | stat.S_IRUSR | stat.S_IWUSR)
    except OSError as error:
        raise Problem("store_unusable", path=str(path), detail=error.strerror or str(error)) from error
    return Note("store_opened", {"path": str(path)})
