"""What the lab made, in the past tense, for the bus."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qwendesk.lab.asked import Run


@dataclass(frozen=True, slots=True)
class ModelConverted:
    """A GGUF file was made of a checkpoint; `name` is the library's, empty for a file outside its folders."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class ModelQuantized:
    """A quantized model is there; `name` is the library's, empty for a file outside its folders."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class RunChanged:
    """A run of the queue got another state, or further."""

    run: Run


@dataclass(frozen=True, slots=True)
class RunForgotten:
    """A run was taken out of the queue."""

    id: int
