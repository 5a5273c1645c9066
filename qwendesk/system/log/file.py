"""The log file of this process. No other process writes to it.

Any number of processes share a home, and none may tear another's lines or rename a file under its hands;
locks around every write would make them wait for each other's disks. So each process has a file of its
own, which rotates by itself, and what is old is pruned by whoever begins a new one. Who reads them all
puts the lines in order by their time.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
import sys
import time
from collections.abc import Callable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

import psutil

from qwendesk.system.log.line import Line

ROTATED_BYTES, ROTATED = 1 << 20, 2
"""A file is renamed at this size; so many of a process's older ones are kept."""
KEPT_BYTES, KEPT_FILES, KEPT_S = 16 << 20, 200, 30 * 86400.0
AGAIN_S = 30.0
"""After a failure the disk is left alone for so long."""

NAME = re.compile(r"\d{8}-\d{6}-(\d+)-[0-9a-f]{4}(?:\.\d+)?\.log")


class LogFile(RotatingFileHandler):
    """Opened with the first line: a command that has nothing to say leaves no file.

    It never raises. `failed` is called once for each time that writing begins to fail.
    """

    def __init__(
        self,
        folder: Path,
        failed: Callable[[OSError], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # Containers have process ids of their own, so chance helps to keep names apart.
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{secrets.token_hex(2)}.log"
        super().__init__(
            folder / name,
            maxBytes=ROTATED_BYTES,
            backupCount=ROTATED,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
        self.namer = _numbered
        self._folder, self._failed, self._clock = folder, failed, clock
        self._again = float("-inf")
        self._torn = False

    def format(self, record: logging.LogRecord) -> str:
        line: Line = record.line  # type: ignore[attr-defined]
        # What a full disk cut off must not run into the next line.
        return f"\n{line}" if self._torn else str(line)

    def emit(self, record: logging.LogRecord) -> None:
        if self._clock() < self._again:
            return
        before = self._again
        super().emit(record)
        if self._again == before:
            self._torn, self._again = False, float("-inf")

    def _open(self) -> TextIOWrapper:
        self._folder.mkdir(parents=True, exist_ok=True)
        prune(self._folder)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        first = self._again == float("-inf")
        self._again, self._torn = self._clock() + AGAIN_S, True
        stream, self.stream = self.stream, None
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.close()
        if first:
            self._failed(error if isinstance(error, OSError) else OSError(str(error)))


def _numbered(name: str) -> str:
    """ "x.log.1" as "x.1.log": the ending says what it is."""
    return re.sub(r"\.log\.(\d+)$", r".\1.log", name)


def files(folder: Path) -> list[Path]:
    """The log files of all processes, the oldest first; empty where there is no folder."""
    try:
        found = [one for one in folder.iterdir() if NAME.fullmatch(one.name)]
    except OSError:
        return []
    return sorted(found, key=_place)


def _place(file: Path) -> tuple[str, int]:
    """By the beginning of the process; of one process those with a high number are the older ones."""
    name, _, rest = file.name.partition(".")
    number = rest.partition(".")[0]
    return name, -int(number) if number.isdecimal() else 0


def prune(folder: Path) -> None:
    """Delete what is old or too much, the oldest first; files of processes that live are left alone."""
    sizes: list[tuple[Path, os.stat_result]] = []
    for file in files(folder):
        with contextlib.suppress(OSError):
            sizes.append((file, file.stat()))
    total, count, now = sum(stat.st_size for _, stat in sizes), len(sizes), time.time()
    for file, stat in sizes:
        if total <= KEPT_BYTES and count <= KEPT_FILES and now - stat.st_mtime <= KEPT_S:
            continue
        found = NAME.fullmatch(file.name)
        if found is None or psutil.pid_exists(int(found[1])):
            continue
        with contextlib.suppress(OSError):
            file.unlink()
            total, count = total - stat.st_size, count - 1
