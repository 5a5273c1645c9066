"""Whether the models' files are there and unchanged, and bringing them back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from qwendesk.api.health import CheckContext, CheckResult, Fix, HealthCheck
from qwendesk.api.problem import Note, Problem
from qwendesk.api.words import N_
from qwendesk.models.downloads.service import Downloads
from qwendesk.models.entry import LibraryEntry
from qwendesk.models.keeping import Keeping
from qwendesk.models.library import Library
from qwendesk.models.verifying import Stopped, Verified

_LOOK_S = 0.2
Mend = Callable[[LibraryEntry], Fix | None]


def present(library: Library, keeping: Keeping, mend: Mend) -> HealthCheck:
    """Every file's header, its parts, and whether size and time are those that were hashed."""

    def run(_context: CheckContext) -> Iterator[CheckResult]:
        entries = library.entries()
        changed = {entry.model.path for entry in keeping.changed(entries)}
        found = [
            one for entry in entries if (one := _looked_at(entry, entry.model.path in changed, keeping, mend))
        ]
        yield from found or [CheckResult("ok", Note("models_present", {"count": len(entries)}))]

    return HealthCheck("model", N_("Are all models there and unchanged?"), run, "fast")


def _looked_at(entry: LibraryEntry, changed: bool, keeping: Keeping, mend: Mend) -> CheckResult | None:
    """What is wrong with a model at a glance; None where nothing is."""
    name = entry.model.name
    if entry.away:
        return CheckResult("warn", Note("model_is_away", {"model": name, "path": entry.root}), subject=name)
    if entry.summary.problem is not None:
        return CheckResult("fail", entry.summary.problem, subject=name, fix=mend(entry))
    if entry.verified is not None and entry.verified.state == "differs":
        return _differing(entry, entry.verified, keeping, mend)
    if changed:
        return CheckResult("warn", Note("model_changed", {"model": name}), subject=name)
    return None


def read_all(library: Library, keeping: Keeping, mend: Mend) -> HealthCheck:
    """Reads every file of every model: what a disk has lost since looks unchanged from outside."""

    def run(context: CheckContext) -> Iterator[CheckResult]:
        for entry in library.entries():
            if entry.state == "ok":
                yield _read(entry, keeping, mend, context)

    return HealthCheck("model-files", N_("Is every model byte for byte what it should be?"), run, "thorough")


def hashed(library: Library, keeping: Keeping, mend: Mend) -> HealthCheck:
    """Reads those that changed since they were hashed, were not what they should be, or never compared."""

    def run(context: CheckContext) -> Iterator[CheckResult]:
        doubtful = _doubtful(library, keeping)
        if not doubtful:
            yield CheckResult("ok", Note("models_unchanged"))
        for entry in doubtful:
            yield _read(entry, keeping, mend, context)

    return HealthCheck("model-bytes", N_("Are changed models still what they should be?"), run)


def _doubtful(library: Library, keeping: Keeping) -> list[LibraryEntry]:
    entries = library.entries()
    differing = [one for one in entries if one.verified is not None and one.verified.state == "differs"]
    return [*differing, *keeping.changed(entries)]


def _read(entry: LibraryEntry, keeping: Keeping, mend: Mend, context: CheckContext) -> CheckResult:
    name = entry.model.name
    try:
        found = keeping.verify(entry.model, context.tell, context.stopped)
    except Problem as problem:
        return CheckResult("fail", problem.note(), subject=name, fix=mend(entry))
    if found.state == "differs":
        return _differing(entry, found, keeping, mend)
    known = "model_same" if found.state == "verified" else "model_hashed"
    return CheckResult("ok", Note(known, {"model": name}), subject=name)


def _differing(entry: LibraryEntry, found: Verified, keeping: Keeping, mend: Mend) -> CheckResult:
    """A failure; but its owner may put other bytes into the place of a file that no hub has."""
    name = entry.model.name
    if found.replaced and not _is_repairable(entry):
        accept = Fix(N_("Accept it as it is now"), partial(_accept, keeping, entry))
        return CheckResult("warn", Note("model_replaced", {"model": name}), subject=name, fix=accept)
    return CheckResult("fail", Note("model_differs", {"model": name}), subject=name, fix=mend(entry))


def _accept(keeping: Keeping, entry: LibraryEntry, _context: CheckContext) -> Note:
    keeping.accept(entry.model)
    return Note("model_accepted", {"model": entry.model.name})


def _is_repairable(entry: LibraryEntry) -> bool:
    return bool(entry.repo and entry.root and not entry.away)


def mending(downloads: Downloads, keeping: Keeping) -> Mend:
    """A file from a hub is repaired, one that lies in a folder of ours is put into the trash."""

    def mend(entry: LibraryEntry) -> Fix | None:
        name = entry.model.name
        if _is_repairable(entry):
            return Fix(N_("Repair it"), partial(_repair, downloads, name))
        if entry.root:
            return Fix(N_("Move it to the trash"), partial(_remove, keeping, entry))
        return None

    return mend


def _remove(keeping: Keeping, entry: LibraryEntry, _context: CheckContext) -> Note:
    keeping.remove(entry.model)
    return Note("model_removed_to_trash", {"model": entry.model.name})


def _repair(downloads: Downloads, name: str, context: CheckContext) -> Note:
    """Pull it again: what is whole is kept, of what is not the bytes that differ are fetched."""
    pull = downloads.add(downloads.plan(name))
    downloads.start([pull.number])
    while pull.state != "done":
        if context.stopped():
            downloads.pause(pull.number)
            raise Stopped
        if (why := downloads.held() or (pull.problem if pull.state == "failed" else None)) is not None:
            raise Problem.of(why)
        if pull.state == "paused":
            raise Problem("model_repair_paused", model=name)
        context.tell(pull.done, pull.size)
        time.sleep(_LOOK_S)
        pull = downloads.pull(pull.number)
    return Note("model_repaired", {"model": name})
