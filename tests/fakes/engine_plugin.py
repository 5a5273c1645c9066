"""A runtime whose engine is a package of its own: `fakeengine`, of which some versions are broken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fakes.scripted_engine import ScriptedOptions
from fakes.wheels import BASE, packed_again, wheel
from qwendesk.api.engines import EngineLock, EngineVariant
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.runtimes import Machine, Probe, RuntimeSpec
from qwendesk.plugins import Found

GOOD, BETTER, BROKEN, DEADLY, HEAVY = "1.0", "2.0", "3.0", "4.0", "5.0"
_SOURCES = {
    GOOD: "VERSION = '1.0'\n",
    BETTER: "VERSION = '2.0'\n",
    BROKEN: "raise ImportError('fakeengine 3.0 was built for another planet')\n",
    DEADLY: "import os\nos.abort()\n",
}


def make_wheels(folder: Path) -> Path:
    """A folder with every version of the engine, and what a worker needs besides it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in BASE:
        packed_again(folder, name)
    for version, source in _SOURCES.items():
        wheel(folder, "fakeengine", version, {"fakeengine/__init__.py": source})
    wheel(folder, "fakehelper", "1.0", {"fakehelper.py": "\n"})
    wheel(folder, "fakeengine", HEAVY, {"fakeengine/__init__.py": "VERSION = '5.0'\n"}, ["fakehelper"])
    return folder


def probe(machine: Machine) -> Probe:
    if not machine.has_module("fakeengine"):
        return Probe(False, reason="The package fakeengine is not installed.", fix="Install it.")
    return Probe(True, machine.version("fakeengine") or "")


class EnginePlugin:
    """Registers the runtime `fake`, whose lock names this version of its engine.

    With `torch` it wants PyTorch 2.0, too, in the build of that name.
    """

    def __init__(self, version: str, disk_bytes: int = 0, two: bool = False, torch: str = "") -> None:
        self._version, self._disk_bytes, self._two, self._torch = version, disk_bytes, two, torch

    def _variants(self) -> tuple[EngineVariant, ...]:
        pins = (f"fakeengine=={self._version}", *(["torch==2.0"] if self._torch else []))
        one = EngineVariant("cpu", pins, "Processor", disk_bytes=self._disk_bytes, torch=self._torch)
        return (one, EngineVariant("cuda", pins, "CUDA")) if self._two else (one,)

    @hookimpl
    def register_runtimes(self) -> Sequence[RuntimeSpec]:
        return (
            RuntimeSpec(
                id="fake",
                title="Fake",
                summary="Says what it is told.",
                formats=("gguf",),
                devices=("cpu",),
                options=ScriptedOptions,
                capabilities=frozenset(),
                engine="fakes.wheel_engine:WheelEngine",
                probe=probe,
                rank=1,
                environment=EngineLock("fakeengine", self._variants()),
            ),
        )


def found(version: str = GOOD, *, disk_bytes: int = 0, two: bool = False, torch: str = "") -> list[Found]:
    """The plugin as an entry point of ours."""
    return [Found("fake", "qwendesk", "1", lambda: EnginePlugin(version, disk_bytes, two, torch))]
