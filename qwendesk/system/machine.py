"""Facts about this computer that runtimes ask for before anything heavy is imported."""

from __future__ import annotations

import importlib.metadata
import importlib.util

import psutil

from qwendesk.system import processor
from qwendesk.system.settings import Settings


class LocalMachine:
    """The computer we run on, as `qwendesk.api.runtimes.Machine` describes it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def physical_cores(self) -> int:
        return psutil.cpu_count(logical=False) or psutil.cpu_count() or 1

    @property
    def memory_bytes(self) -> int:
        return int(psutil.virtual_memory().total)

    def has_module(self, name: str) -> bool:
        try:
            return importlib.util.find_spec(name) is not None
        except (ImportError, ValueError):
            return False

    def version(self, distribution: str) -> str | None:
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            return None

    def module_folder(self, name: str) -> str:
        return module_folder(name)

    def setting(self, key: str) -> str:
        return self._settings.text(key)


def module_folder(name: str) -> str:
    """The folder of a module that is a package, or an empty text; nothing is imported."""
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return ""
    return next(iter(found.submodule_search_locations or ()), "") if found is not None else ""


def computer(cores: int, memory_bytes: int) -> str:
    """This computer as far as speed goes: "AMD Ryzen 9 7950X, 16 cores, 64 GB"."""
    return f"{processor.name()}, {cores} cores, {round(memory_bytes / 2**30)} GB"
