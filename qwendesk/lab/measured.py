"""What is measured of what: the rows of the lab's table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from qwendesk.api.problem import Note

Kind = Literal["quality", "speed", "tasks"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A model as it was loaded.

    Args:
        name: the library's.
        sha256: of the file, or of a folder's safetensors files one after the other (`Model.sha256`).
        quantization: what the file calls itself; of Transformers' quantizing also its method ("nf4").
        size_bytes: of the file or files.
        runtime: the runtime's id.
        engine: the engine's version as its load report tells it.
        options: load options that differ from the runtime's defaults and change what is measured.
    """

    name: str
    sha256: str
    quantization: str
    size_bytes: int
    runtime: str
    engine: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> dict[str, Any]:
        """What makes it the same subject again; a file that was renamed is."""
        told = asdict(self)
        return {name: told[name] for name in ("sha256", "runtime", "engine", "options")}

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the identity: by it rows say which subject they were compared with."""
        return hashlib.sha256(json.dumps(self.identity, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement, or why there is none.

    Args:
        settings: what was measured, in plain data: of quality the text's name and hash and the window, of
            speed the lengths, threads and so on. The same settings on the same subject are the same row.
        machine: which computer, in words that hold for it alone as far as speed goes; the processor's name,
            cores and memory.
        happened: seconds since 1970.
        result: plain data, shaped by the kind; empty where `problem` says why.
    """

    kind: Kind
    subject: Subject
    settings: Mapping[str, Any]
    machine: str
    happened: float
    result: Mapping[str, Any] = field(default_factory=dict)
    problem: Note | None = None

    @property
    def key(self) -> str:
        """The same for the same measurement on the same computer."""
        return key_of(self.kind, self.subject, self.settings, self.machine)


def key_of(kind: Kind, subject: Subject, settings: Mapping[str, Any], machine: str) -> str:
    """See `Row.key`."""
    told = json.dumps([kind, subject.identity, dict(settings), machine], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
