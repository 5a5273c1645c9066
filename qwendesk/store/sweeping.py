"""What a change of the lock leaves behind, and how it is removed, also after an interruption.

A note beside the database names the files that go once the new database stands in its place, and those
that go where it never came to stand there. It is written before anything else and removed last.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from qwendesk.api.problem import Problem

_BLOCK = 1 << 20
_FILE = re.compile(r"[\w.-]+/[0-9a-f]{2}/[0-9a-f]{64}(\.sealed)?")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the lock that is under way.

    Args:
        locks: whether the new database is a locked one.
        old: attachments of the old form, from the home folder; `new` those of the new form.
    """

    locks: bool
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


def new_file(path: Path) -> Path:
    """Where the new database is written."""
    return path.with_name(f"{path.name}.new")


def old_file(path: Path) -> Path:
    """A second name of the old database, to overwrite it when its own name is another's."""
    return path.with_name(f"{path.name}.old")


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.change")


def begin(path: Path, change: Change) -> None:
    """Write the note. Half a note is as good as none: nothing else was written then. Raises OSError."""
    write(_note(path), msgspec.json.encode(change))
    settle(path.parent)


def write(file: Path, data: bytes) -> None:
    """Under its own name at once, which is in the note: no half file of another name stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())


def sweep(path: Path, locked: bool, told: Callable[[int, int], None] = lambda done, total: None) -> None:
    """End a change, whether it came to its end or not, by the form that the database has now.

    To be called where no other process can open the database. `told` how many of how many files are gone.
    Raises OSError and what `remove` does.
    """
    note = _note(path)
    change = _read(note)
    if change is None:
        return
    names = change.old if change.locks == locked else change.new
    for done, name in enumerate(names):
        told(done, len(names))
        remove(path.parent / name)
    told(len(names), len(names))
    for one in (old_file(path), new_file(path)):
        remove(one, keep=path)
    note.unlink()
    settle(path.parent)


def _read(note: Path) -> Change | None:
    """None where nothing was under way. A note that cannot be read names no files."""
    try:
        change = msgspec.json.decode(note.read_bytes(), type=Change)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError:
        _log.warning("The note of a change of the lock cannot be read")
        return Change(locks=False)
    names = [*change.old, *change.new]
    return change if all(_FILE.fullmatch(one) for one in names) else Change(change.locks)


def remove(file: Path, keep: Path | None = None) -> None:
    """Overwrite a file with zeros, then delete it; `keep`: unless it is this one by another name.

    Disks that write elsewhere (flash, snapshots) may still hold what was there.

    Raises:
        Problem: `lock_left_behind` (path, detail).
    """
    try:
        if keep is None or not keep.exists() or not file.samefile(keep):
            _overwrite(file)
        file.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise Problem("lock_left_behind", path=str(file), detail=error.strerror or str(error)) from error


def _overwrite(file: Path) -> None:
    with file.open("r+b") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(0)
        for start in range(0, size, _BLOCK):
            opened.write(bytes(min(_BLOCK, size - start)))
        opened.flush()
        os.fsync(opened.fileno())


def settle(folder: Path, files: Iterable[Path] = ()) -> None:
    """What was written and renamed is on the disk, not only on its way there. Raises OSError."""
    for file in files:
        with file.open("r+b") as opened:
            os.fsync(opened.fileno())
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
