"""Room on a disk: what a download needs, and what stays free for everything else."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from qwendesk.api.problem import Problem

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}


def free_at(path: Path) -> int:
    """Bytes free where `path` is or will be."""
    return shutil.disk_usage(_there(path)).free


def disk_of(path: Path) -> int:
    """The number of the disk (the file system) on which `path` is or will be."""
    return _there(path).stat().st_dev


def _there(path: Path) -> Path:
    """The folder itself, or the one above it that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def check(what: str, path: Path, needed: int, floor: int) -> None:
    """There is room for that many bytes more, and the floor stays free.

    Raises:
        Problem: `no_room` (what, path, needed, free, floor).
    """
    free = free_at(path)
    if needed > 0 and needed + floor > free:
        raise Problem("no_room", what=what, path=str(path), needed=needed, free=free, floor=floor)


def writing_failed(error: OSError, path: Path) -> Problem:
    """What a failed write means: a full disk (also a quota or a limit), or something else."""
    if error.errno in _FULL:
        return Problem("download_disk_full", path=str(path))
    return Problem("download_unwritable", path=str(path), detail=error.strerror or str(error))
