"""The Python that an environment stands on: the application's own, or what is found here."""

from __future__ import annotations

import sys

from qwendesk.api.problem import Problem
from qwendesk.runtimes.engines.uv import Uv


def found(uv: Uv, needed: str) -> str:
    """An interpreter of at least this version ("3.11"); none is downloaded.

    Raises:
        Problem: `engine_python_missing` (needed).
    """
    at_least = tuple(int(part) for part in needed.split(".") if part.isdigit())
    if not getattr(sys, "frozen", False) and sys.version_info[: len(at_least)] >= at_least:
        return sys.executable
    path = uv.ask("python", "find", "--no-python-downloads", "--no-project", f">={needed}").strip()
    if not path:
        raise Problem("engine_python_missing", needed=needed)
    return path
