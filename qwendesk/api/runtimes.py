"""A runtime, described: what it loads, with which options, and whether it can work here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from qwendesk.api.engines import EngineLock
from qwendesk.api.jobs import JobSpec

Capability = Literal[
    "json_schema",
    "logprobs",
    "parallel",
    "prompt_progress",
    "images",
    "audio",
    "embed",
    "score",
    "draft",
]


class Machine(Protocol):
    """What a probe may ask about this computer, without importing anything heavy."""

    @property
    def physical_cores(self) -> int: ...

    @property
    def memory_bytes(self) -> int: ...

    def has_module(self, name: str) -> bool:
        """Whether a Python module can be found, without importing it."""
        ...

    def version(self, distribution: str) -> str | None:
        """The installed version of a package, or None."""
        ...

    def module_folder(self, name: str) -> str:
        """The folder of a module that is a package, or an empty text; nothing is imported."""
        ...

    def setting(self, key: str) -> str:
        """A setting by its dotted name, or an empty text."""
        ...


@dataclass(frozen=True, slots=True)
class Probe:
    """Whether a runtime can work here: its version, or the reason and the fix as whole sentences.

    QwenDesk fills in `where`, the engine environment that was asked (empty for its own interpreter), and
    `raised`: the probe raised instead of answering.
    """

    available: bool
    version: str = ""
    reason: str = ""
    fix: str = ""
    where: str = ""
    raised: bool = False


@dataclass(frozen=True, slots=True)
class RuntimeSpec:
    """A runtime's descriptor.

    Args:
        id: short and stable, as used by `--runtime`.
        formats: what it loads, best first ("gguf", "safetensors").
        options: a frozen dataclass made of `option()` fields; needs a field `context`.
        engine: "package.engine:Class", imported only in a worker process.
        probe: cheap and without heavy imports.
        rank: among available runtimes for a format, the highest is the default.
        environment: the packages of its engine, where it can be installed into an environment of its own.
        jobs: other work that needs these packages, but no loaded model.
    """

    id: str
    title: str
    summary: str
    formats: tuple[str, ...]
    devices: tuple[str, ...]
    options: type
    capabilities: frozenset[Capability]
    engine: str
    probe: Callable[[Machine], Probe]
    rank: int = 0
    environment: EngineLock | None = None
    jobs: tuple[JobSpec, ...] = ()
