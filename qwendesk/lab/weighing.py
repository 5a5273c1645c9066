"""Importance matrices as a service: a model reads a text, and a file says what its matrices met."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.lab.finishing import Advanced, finished
from qwendesk.lab.placing import source_of
from qwendesk.lab.target import Target
from qwendesk.models import gguf, shards
from qwendesk.models.library import Library
from qwendesk.models.reading import read_facts
from qwendesk.runtimes.jobs import Jobs

JOB = "imatrix"


@dataclass(frozen=True, slots=True)
class ImatrixWish:
    """What to read with which model.

    Args:
        source: a model of the library, or a path; of a name without a quantization the whole file.
        text: what is read, a file in UTF-8.
        target: the file to write; None for the working folder. One that ends in .dat has the older form.
        chunk: tokens in one piece.
        chunks: at most so many pieces; None for all of the text.
        output: also the matrix that makes logits.
        layers: so many of the model on the graphics cards.
    """

    source: str
    text: Path
    target: Path | None = None
    chunk: int = 512
    chunks: int | None = None
    output: bool = False
    layers: int = 0
    threads: int | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """What became of it.

    Attributes:
        partial: tensors of which some experts met nothing: the text is too short for them, or too much alike.
    """

    path: Path
    source: str
    tensors: int
    chunks: int
    chunk: int
    partial: tuple[str, ...]
    seconds: float


class Weighing:
    """Methods block; any thread may call them."""

    def __init__(self, jobs: Jobs, library: Library) -> None:
        self._jobs, self._library = jobs, library

    def weigh(
        self,
        wish: ImatrixWish,
        progress: Advanced = lambda _progress: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Weighed:
        """Make the file. Unless it becomes whole, nothing of it stays.

        Raises:
            Problem: those of `source_of`, `read_header`, `Jobs.start`, `Target` and the job;
                `quantize_other_kind` (path, kind).
            Stopped: `stopped` said so.
        """
        source = source_of(self._library, wish.source)
        # Native code gets only what is whole.
        for part in shards.parts(source.path):
            gguf.read_header(part)
        if (kind := read_facts(source.path).kind) != "model":
            raise Problem("quantize_other_kind", path=str(source.path), kind=kind)
        path = wish.target or Path(f"{shards.stem(source.path.name)}.imatrix.gguf")
        began = time.monotonic()
        with Target(path, overwrite=wish.overwrite) as target:
            arguments = {
                "source": str(source.path.absolute()),
                "target": str(target.part),
                "text": str(wish.text.absolute()),
                "dataset": wish.text.name,
                "chunk": wish.chunk,
                "chunks": wish.chunks,
                "output": wish.output,
                "older": path.suffix.lower() == ".dat",
                "layers": wish.layers,
                "threads": wish.threads,
            }
            told = finished(self._jobs, JOB, arguments, progress, stopped)
            target.finish()
        return Weighed(
            path=target.path,
            source=source.name,
            tensors=told["tensors"],
            chunks=told["chunks"],
            chunk=told["chunk"],
            partial=tuple(told["partial"]),
            seconds=time.monotonic() - began,
        )
