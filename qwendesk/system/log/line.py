"""A line of the log: when, how serious, who, which process, what; on paper and read again."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal, NamedTuple

Level = Literal["info", "warning", "error"]
LEVELS: tuple[Level, ...] = ("info", "warning", "error")
WORKER = "worker."
"""Loggers of lines that workers wrote begin with this; the runtime's id follows."""

_LONGEST = 4000
_SHAPE = re.compile(r"(\S+) ([A-Z]+) (\S+) \[(\d+)\] (.*)")
_TURNED = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFEFF]
# Whatever ends a line, drives a terminal or turns the direction of what follows.
_HARMFUL = {code: f"\\x{code:02x}" for code in [*range(32), *range(0x7F, 0xA0)]}
_HARMFUL |= {code: f"\\u{code:04x}" for code in [0x2028, 0x2029, *_TURNED, *range(0xD800, 0xE000)]}
_HARMFUL |= {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): " "}


class Line(NamedTuple):
    """`at` in seconds since 1970; `pid` is that of the process that said it."""

    at: float
    level: Level
    logger: str
    pid: int
    text: str

    @property
    def by_worker(self) -> bool:
        """Whether a worker or its native libraries wrote it, not the application."""
        return self.logger.startswith(WORKER)

    def __str__(self) -> str:
        return f"{stamp(self.at)} {self.level.upper()} {self.logger} [{self.pid}] {self.text}"


def harmless(text: str) -> str:
    """The text as one line that is safe to print."""
    more = len(text) - _LONGEST
    shown = text[:_LONGEST].translate(_HARMFUL)
    return f"{shown}… ({more} more characters)" if more > 0 else shown


def stamp(at: float) -> str:
    """ISO 8601 with milliseconds and the zone of this computer."""
    return datetime.fromtimestamp(at).astimezone().isoformat(timespec="milliseconds")


def parse(written: str) -> Line | None:
    """A line as a file holds it; None where it is none (a write that was cut off)."""
    found = _SHAPE.fullmatch(written)
    if found is None:
        return None
    when, level, logger, pid, text = found.groups()
    try:
        at = datetime.fromisoformat(when).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    return Line(at, level_of(level), logger, int(pid), text)


def level_of(name: str) -> Level:
    """From the name that logging gives it."""
    if name in ("ERROR", "CRITICAL"):
        return "error"
    return "warning" if name == "WARNING" else "info"
