"""Bytes of folders, and deleting them. Environments and the cache share files (hard links)."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def footprint(folder: Path) -> int:
    """Bytes of the files below a folder, each counted once; files that vanish meanwhile are no error."""
    seen: set[tuple[int, int]] = set()
    total = 0
    for found in _files(folder):
        if (found.st_dev, found.st_ino) not in seen:
            seen.add((found.st_dev, found.st_ino))
            total += found.st_size
    return total


def _files(folder: Path) -> Iterator[os.stat_result]:
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        yield Path(entry.path).lstat()
        except OSError:
            continue


def remove(folder: Path) -> int:
    """Delete a folder; the bytes that this freed: files that lie elsewhere as well free nothing.

    Raises:
        OSError: something of it could not be deleted.
    """
    freed = sum(one.st_size for one in _files(folder) if one.st_nlink == 1)
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.is_dir():
        shutil.rmtree(folder, **_stubborn())
    return freed


def sweep(cache: Path) -> int:
    """Delete what the cache keeps for no environment; the bytes that this freed. Never fails."""
    unused = [one for one in cache.glob("archive-v*/*") if all(file.st_nlink == 1 for file in _files(one))]
    _forget(cache, {one.name for one in unused})
    # What was compiled, and what a transfer that was cut left behind.
    rest = [*cache.glob("sdists-v*/*/"), *cache.glob("builds-v*/*"), *cache.glob(".tmp*")]
    freed = 0
    for folder in [*unused, *rest]:
        with contextlib.suppress(OSError):
            freed += remove(folder)
    return freed


def _forget(cache: Path, archives: set[str]) -> None:
    """Delete uv's notes of where it has unpacked these: it would look for them there and fail."""
    names = [one.encode() for one in archives]
    for note in cache.glob("wheels-v*/**/*") if names else ():
        with contextlib.suppress(OSError):
            if note.is_symlink():
                gone = note.readlink().name in archives
            else:
                gone = note.is_file() and any(one in note.read_bytes() for one in names)
            if gone:
                note.unlink()


def _stubborn() -> dict[str, Any]:
    """How to go on at a file that is read-only, as some packages' are on Windows."""

    def again(act: Callable[[str], object], path: str, _error: object) -> None:
        os.chmod(path, stat.S_IRWXU)  # noqa: PTH101 - a path as the caller gives it
        act(path)

    return {"onexc" if sys.version_info >= (3, 12) else "onerror": again}
