"""Lines of the log in words: how serious, and whose."""

from __future__ import annotations

from qwendesk.system.log.line import WORKER, Level, Line
from qwendesk.words import _


def level_word(level: Level) -> str:
    """How serious."""
    return {"error": _("Error"), "warning": _("Warning")}.get(level, _("Info"))


def source(line: Line) -> str:
    """ "Application", or which worker with which runtime."""
    if not line.by_worker:
        return _("Application")
    return _("Worker {pid} ({runtime})").format(pid=line.pid, runtime=line.logger.removeprefix(WORKER))
