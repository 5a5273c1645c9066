"""The logs of all processes of a home, read again and put in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from pathlib import Path
from typing import Literal

from qwendesk.system.log.file import files
from qwendesk.system.log.line import LEVELS, Level, Line, parse

Source = Literal["", "application", "worker"] | int
"""Whose lines: everybody's, the application's, those of all workers, or of the process with this id."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Lines that are at least this serious, of this source, and hold these words in whatever case."""

    level: Level = "info"
    source: Source = ""
    words: str = ""

    def __call__(self, line: Line) -> bool:
        return (
            LEVELS.index(line.level) >= LEVELS.index(self.level)
            and self._is_of_source(line)
            and all(word in searched(line) for word in self.words.casefold().split())
        )

    def _is_of_source(self, line: Line) -> bool:
        match self.source:
            case "application":
                return not line.by_worker
            case "worker":
                return line.by_worker
            case int():
                return line.pid == self.source
        return True


def searched(line: Line) -> str:
    """What a search looks at."""
    return f"{line.logger} {line.text}".casefold()


def read(folder: Path) -> Iterator[Line]:
    """Every line of every file, the oldest first. A file that cannot be read is left out."""
    runs: dict[str, list[Path]] = {}
    for file in files(folder):
        runs.setdefault(file.name.partition(".")[0], []).append(file)
    return merge(*(_lines(run) for run in runs.values()), key=lambda line: line.at)


def _lines(run: Iterable[Path]) -> Iterator[Line]:
    """Those of one process, the file with the oldest lines first."""
    for file in run:
        try:
            with file.open(encoding="utf-8", errors="replace") as text:
                yield from (line for one in text if (line := parse(one.rstrip("\n"))) is not None)
        except OSError:
            continue
