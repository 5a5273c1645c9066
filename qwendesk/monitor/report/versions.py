"""What is installed here and what it runs on."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import psutil

from qwendesk.api.problem import Note
from qwendesk.plugins import PluginReport
from qwendesk.runtimes.service import RuntimeState
from qwendesk.system import processor
from qwendesk.system.cards import Card

_DISTRIBUTION = "qwendesk"


def versions() -> dict[str, Any]:
    """Of the program, Python, what it stands on, and the system. Nothing is imported for it."""
    return {
        "qwendesk": version(_DISTRIBUTION),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "frozen": bool(getattr(sys, "frozen", False)),
        "system": platform.platform(),
        "architecture": platform.machine(),
        "packages": _packages(),
    }


def machine(cards: Iterable[Card]) -> dict[str, Any]:
    """Processor, memory in bytes, graphics cards."""
    memory = psutil.virtual_memory()
    return {
        "processor": processor.name(),
        "cores": psutil.cpu_count(logical=False),
        "threads": psutil.cpu_count(),
        "memory": memory.total,
        "memory_available": memory.available,
        "swap": psutil.swap_memory().total,
        "cards": [asdict(one) for one in cards],
    }


def plugins(reports: Iterable[PluginReport]) -> list[dict[str, Any]]:
    """Each with its state, and the id of what is wrong with it."""
    return [
        {
            "name": one.name,
            "package": one.package,
            "version": one.version,
            "state": one.state,
            "hooks": one.hooks,
            "problem": as_data(one.problem),
        }
        for one in reports
    ]


def runtimes(states: Iterable[RuntimeState]) -> list[dict[str, Any]]:
    """Each with what it answered when it was asked whether it works here."""
    return [{"id": one.spec.id, **asdict(one.probe)} for one in states]


_QUOTING = frozenset({"answer", "message", "prompt", "question", "text"})


def as_data(note: Note | None) -> dict[str, Any] | None:
    """A note without what somebody or a model said."""
    if note is None:
        return None
    return {"id": note.id, **{name: value for name, value in note.arguments.items() if name not in _QUOTING}}


def version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _packages() -> dict[str, str | None]:
    """What the program asks for, engines and other extras among it, and what is here of that."""
    try:
        wanted = importlib.metadata.requires(_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return {}
    names = sorted({found[0] for one in wanted if (found := re.match(r"[\w.-]+", one))}, key=str.casefold)
    return {name: version(name) for name in names if name != _DISTRIBUTION}
