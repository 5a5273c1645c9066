"""Recent logs for the report."""

from __future__ import annotations

import time
from collections.abc import Iterator

from qwendesk.monitor.report.part import Part
from qwendesk.system.log.file import files
from qwendesk.system.log.keeper import Log

RECENT_S = 2 * 86400.0
MOST_BYTES = 2 << 20


def recent(log: Log, now: float | None = None) -> Iterator[Part]:
    """The files of the last two days, the newest first, until there is enough; without files, the memory."""
    log.flush()
    since, left, found = (time.time() if now is None else now) - RECENT_S, MOST_BYTES, False
    for file in reversed(files(log.folder)):
        try:
            if file.stat().st_mtime < since:
                continue
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if left <= 0:
            return
        found, left = True, left - len(text)
        yield Part(f"logs/{file.name}", text)
    if not found:
        lines = log.since()[1]
        yield Part("logs/memory.log", "".join(f"{one}\n" for one in lines))
