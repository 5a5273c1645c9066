"""Checkpoints of Transformers as GGUF files: in the library or where it is wished, whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.lab.events import ModelConverted
from qwendesk.lab.finishing import Advanced, finished
from qwendesk.lab.placing import place_of
from qwendesk.lab.target import Target
from qwendesk.models import finding, gguf
from qwendesk.models.downloads import room
from qwendesk.models.library import Library
from qwendesk.models.model import Model
from qwendesk.runtimes.jobs import Jobs

JOB = "convert"
_FORMAT = "safetensors"


@dataclass(frozen=True, slots=True)
class ConvertWish:
    """What to convert to what.

    Args:
        source: a model of the library, or the path of a folder.
        type: "F16", "BF16", "F32" or "Q8_0".
        target: the file to write; None for the library.
    """

    source: str
    type: str = "F16"
    target: Path | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of it.

    Attributes:
        name: the library's, empty for a file outside its folders.
        left_out: what the checkpoint has and the file has not: "visual", "mtp", "sliding_window" …
    """

    path: Path
    name: str
    architecture: str
    type: str
    size: int
    source_size: int
    tensors: int
    left_out: tuple[str, ...]
    seconds: float


class Converting:
    """Methods block; any thread may call them."""

    def __init__(
        self,
        jobs: Jobs,
        library: Library,
        root: Callable[[], Path],
        floor: Callable[[], int],
        publish: Callable[[object], None] = lambda _event: None,
    ) -> None:
        """`root` is the folder for new models; `floor` bytes stay free on a disk."""
        self._jobs, self._library = jobs, library
        self._root, self._floor, self._publish = root, floor, publish

    def convert(
        self,
        wish: ConvertWish,
        progress: Advanced = lambda _progress: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Converted:
        """Make the file. Unless it becomes whole, nothing of it stays.

        Raises:
            Problem: those of `Library.find`, `Jobs.start`, `place_of`, `Target` and the job;
                `convert_not_safetensors` (name, format), `target_in_library` (name, path), `no_room`.
            Stopped: `stopped` said so.
        """
        source = self._library.find(wish.source)
        if source.format != _FORMAT:
            raise Problem("convert_not_safetensors", name=source.name, format=source.format)
        kind = wish.type.upper()
        arguments = {"source": str(source.path.absolute()), "target": "", "type": kind}
        size = finished(self._jobs, JOB, arguments, progress, stopped)["size"]
        path = self._place(wish, source, kind)
        began = time.monotonic()
        with Target(path, overwrite=wish.overwrite) as target:
            room.check(target.path.name, target.path, size, self._floor())
            try:
                written = {**arguments, "target": str(target.part)}
                told = finished(self._jobs, JOB, written, progress, stopped)
            except Problem as problem:
                raise _worded(problem, target.path) from problem
            gguf.read_header(target.part)
            target.finish()
        made = Converted(
            path=target.path,
            name="",
            architecture=told["architecture"],
            type=told["type"],
            size=told["size"],
            source_size=source.size_bytes,
            tensors=told["tensors"],
            left_out=tuple(told["left_out"]),
            seconds=time.monotonic() - began,
        )
        return self._told(made)

    def _place(self, wish: ConvertWish, source: Model, kind: str) -> Path:
        """Where the file goes; in the library it replaces no other model of the same name."""
        if wish.target is not None:
            return wish.target.absolute()
        name = source.name
        if not finding.is_path(name):
            name = f"{name.removesuffix(':' + _FORMAT)}:{kind}"
        path, name = place_of(replace(source, name=name), kind, self._root())
        try:
            found = self._library.find(name)
        except Problem:
            return path
        is_same = found.bundled or found.name.lower() == name.lower()
        if is_same and found.path != path:
            raise Problem("target_in_library", name=name, path=str(found.path))
        return path

    def _told(self, made: Converted) -> Converted:
        """Look at the library again, and tell."""
        name = next((one.name for one in self._library.models() if one.path == made.path), "")
        self._publish(ModelConverted(made.path, name))
        return replace(made, name=name)


def _worded(problem: Problem, target: Path) -> Problem:
    """A job knows the part file only; people are told of its place."""
    if problem.id in ("disk_full", "target_unwritable"):
        return Problem(problem.id, **{**problem.arguments, "path": str(target)})
    return problem
