"""An environment as a probe sees it: the same questions, answered from its packages instead of ours."""

from __future__ import annotations

from importlib.metadata import Distribution
from pathlib import Path

from qwendesk.api.runtimes import Machine


class Inside:
    """Implements `qwendesk.api.runtimes.Machine` over the packages in `site`; the rest is this computer's."""

    def __init__(self, machine: Machine, site: Path) -> None:
        self._machine, self._site = machine, site

    @property
    def physical_cores(self) -> int:
        return self._machine.physical_cores

    @property
    def memory_bytes(self) -> int:
        return self._machine.memory_bytes

    def has_module(self, name: str) -> bool:
        here = self._site / name
        return here.is_dir() or here.with_suffix(".py").is_file() or any(self._site.glob(f"{name}.*"))

    def version(self, distribution: str) -> str | None:
        found = Distribution.discover(name=distribution, path=[str(self._site)])
        return next((one.version for one in found), None)

    def module_folder(self, name: str) -> str:
        here = self._site / name
        return str(here) if here.is_dir() else ""

    def setting(self, key: str) -> str:
        return self._machine.setting(key)
