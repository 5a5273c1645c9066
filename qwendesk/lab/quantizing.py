"""Quantizing GGUF models: the plan that shows the size first, and the file, whole or not at all."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Problem
from qwendesk.lab.events import ModelQuantized
from qwendesk.lab.finishing import Advanced, finished
from qwendesk.lab.placing import place_of, source_of
from qwendesk.lab.provenance import BLANK, Provenance, said
from qwendesk.lab.quantized import Fallback, Plan, PlannedTensor, Quantized, Wish
from qwendesk.lab.target import Target
from qwendesk.models import gguf, shards
from qwendesk.models.choosing import same_quant
from qwendesk.models.downloads import room
from qwendesk.models.library import Library
from qwendesk.models.model import Model
from qwendesk.models.reading import read_facts
from qwendesk.models.verifying import Hashes
from qwendesk.runtimes.jobs import Jobs

JOB = "quantize"


class Quantizing:
    """Methods block; any thread may call them. `stopped` is asked four times a second."""

    def __init__(
        self,
        jobs: Jobs,
        library: Library,
        hashes: Hashes,
        root: Callable[[], Path],
        floor: Callable[[], int],
        publish: Callable[[object], None] = lambda _event: None,
    ) -> None:
        """`root` is the folder for new models; `floor` bytes stay free on a disk."""
        self._jobs, self._library, self._hashes = jobs, library, hashes
        self._root, self._floor, self._publish = root, floor, publish

    def plan(self, wish: Wish, stopped: Callable[[], bool] = lambda: False) -> Plan:
        """What would become of each tensor, and the size of the file, to the byte. Writes nothing.

        Raises:
            Problem: those of `Library.find`, `read_header` and `Jobs.start`; `quantize_not_gguf` (name,
                format), `quantize_other_kind` (path, kind), `tensor_pattern_wrong` (pattern, detail), and
                those of the job.
            Stopped: `stopped` said so.
        """
        source = source_of(self._library, wish.source)
        parts = _checked(source)
        _must_be_patterns(wish)
        metadata = Provenance(wish, source, dict.fromkeys(parts, BLANK), BLANK).metadata()
        told = finished(
            self._jobs, JOB, _arguments(wish, parts, metadata, None), lambda _progress: None, stopped
        )
        return self._planned(wish, source, told)

    def _planned(self, wish: Wish, source: Model, told: Mapping[str, Any]) -> Plan:
        _must_be_these(source, [name for name, *_ in told["tensors"]])
        tensors = tuple(
            PlannedTensor(name, tuple(shape), before, after, bytes)
            for name, shape, before, after, bytes in told["tensors"]
        )
        target, name = (wish.target, "") if wish.target else place_of(source, told["type"], self._root())
        return Plan(
            wish=wish,
            source=source,
            type=told["type"],
            target=target.absolute(),
            name=name,
            size=told["size"],
            source_size=sum(one.stat().st_size for one in shards.parts(source.path)),
            tensors=tensors,
            fallbacks=_fallbacks(told["wanted"], {one.name: (one.shape[0], one.after) for one in tensors}),
            needs_imatrix=told["needs_imatrix"],
            requantizes=told["requantizes"],
            engine=told["engine"],
        )

    def quantize(
        self,
        plan: Plan,
        progress: Advanced = lambda _progress: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Quantized:
        """Make the file. Unless it becomes whole, nothing of it stays.

        Raises:
            Problem: those of `plan`, `Target` and `Hashes.sha256`; `no_room`, `target_is_source`,
                `target_in_library`, `source_changed` (path), `imatrix_needed` (type), `requantize_refused`
                (path, type), `imatrix_lacks` (tensor), `quantize_failed` (path, detail).
            Stopped: `stopped` said so.
        """
        parts = _checked(plan.source)
        self._must_be_another(plan, parts)
        with Target(plan.target, overwrite=plan.wish.overwrite) as target:
            room.check(target.path.name, target.path, plan.size, self._floor())
            before = _stamps(parts)
            metadata = self._provenance(plan, parts, progress, stopped).metadata()
            began = time.monotonic()
            try:
                arguments = _arguments(plan.wish, parts, metadata, target.part)
                told = finished(self._jobs, JOB, arguments, progress, stopped)
            except Problem as problem:
                raise _worded(problem, target.path, parts, before) from problem
            seconds = time.monotonic() - began
            if any(one.exists() and stamp != _stamp(one) for one, stamp in before.items()):
                raise Problem("source_changed", path=str(plan.source.path))
            made = _made(plan, told, target.part, seconds)
            target.finish()
        return self._told(replace(made, path=target.path))

    def _must_be_another(self, plan: Plan, parts: list[Path]) -> None:
        """The result replaces neither its source nor another model of the same name."""
        if plan.target.exists() and any(plan.target.samefile(one) for one in parts):
            raise Problem("target_is_source", path=str(plan.target))
        if not plan.name:
            return
        try:
            found = self._library.find(plan.name)
        except Problem:
            return
        is_same = found.bundled or found.name.lower() == plan.name.lower()
        if is_same and found.path != plan.target:
            raise Problem("target_in_library", name=plan.name, path=str(found.path))

    def _provenance(
        self, plan: Plan, parts: list[Path], progress: Advanced, stopped: Callable[[], bool]
    ) -> Provenance:
        """Hashes the source, where that was not done before."""
        done = 0
        hashes = {}
        for one in parts:
            hashes[one] = self._hashes.sha256(
                one,
                stopped,
                lambda read, base=done: progress(JobProgress(None, "SHA-256", base + read, plan.source_size)),  # type: ignore[misc]
            )
            done += one.stat().st_size
        matrix = plan.wish.imatrix
        return Provenance(plan.wish, plan.source, hashes, _sha256(matrix) if matrix is not None else "")

    def _told(self, made: Quantized) -> Quantized:
        """Look at the library again, and tell."""
        name = next((one.name for one in self._library.models() if one.path == made.path), "")
        self._publish(ModelQuantized(made.path, name))
        return replace(made, name=name)


def _checked(source: Model) -> list[Path]:
    """The parts of a model, whose headers are whole; native code gets nothing else."""
    parts = shards.parts(source.path)
    for one in parts:
        gguf.read_header(one)
    kind = read_facts(source.path).kind
    if kind not in ("model", "mmproj"):
        raise Problem("quantize_other_kind", path=str(source.path), kind=kind)
    return parts


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Problem("file_unreadable", path=str(path), detail=error.strerror or "") from error


def _must_be_these(source: Model, told: list[str]) -> None:
    """llama.cpp tells of tensors in lines of its log: a name can be made to look like another line."""
    there = [one.name for part in shards.parts(source.path) for one in gguf.read_header(part).tensors]
    if sorted(there) != sorted(told):
        raise Problem("model_header_broken", path=str(source.path), detail="names of tensors that mislead")


def _must_be_patterns(wish: Wish) -> None:
    for pattern, _type in wish.tensor_types:
        try:
            re.compile(pattern)
        except re.error as error:
            raise Problem("tensor_pattern_wrong", pattern=pattern[:200], detail=str(error)) from error


def _arguments(
    wish: Wish, parts: list[Path], metadata: Mapping[str, str | int], target: Path | None
) -> dict[str, Any]:
    return {
        "parts": [str(one.absolute()) for one in parts],
        "target": str(target) if target is not None else "",
        "type": same_quant(wish.type),
        "imatrix": str(wish.imatrix.absolute()) if wish.imatrix is not None else "",
        "tensor_types": [list(one) for one in wish.tensor_types],
        "output_type": wish.output_type,
        "embedding_type": wish.embedding_type,
        "leave_output": wish.leave_output,
        "pure": wish.pure,
        "allow_requantize": wish.allow_requantize,
        "threads": wish.threads,
        "metadata": dict(metadata),
    }


def _made(plan: Plan, told: Mapping[str, Any], part: Path, seconds: float) -> Quantized:
    """What the file itself tells. Raises like `read_header`, and `quantize_incomplete` (path)."""
    header, facts = gguf.read_header(part), read_facts(part)
    if header.size != told["size"] or len(header.tensors) != len(told["tensors"]):
        raise Problem("quantize_incomplete", path=str(plan.target))
    stored = {one.name: (one.shape[0], one.type) for one in header.tensors}
    return Quantized(
        path=plan.target,
        name="",
        type=told["type"],
        size=header.size,
        source_size=plan.source_size,
        quantization=facts.quantization,
        fallbacks=_fallbacks(told["wanted"], stored),
        provenance=said(header.metadata),
        engine=told["engine"],
        seconds=seconds,
    )


def _fallbacks(wanted: Mapping[str, str], stored: Mapping[str, tuple[int, str]]) -> tuple[Fallback, ...]:
    return tuple(
        Fallback(name, stored[name][0], type, stored[name][1])
        for name, type in wanted.items()
        if name in stored and stored[name][1] != type
    )


_Stamp = tuple[int, int, int]


def _stamp(path: Path) -> _Stamp:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _stamps(parts: list[Path]) -> dict[Path, _Stamp]:
    return {one: _stamp(one) for one in parts}


def _worded(problem: Problem, target: Path, parts: list[Path], before: dict[Path, _Stamp]) -> Problem:
    """A job's failure as seen from here: it knows the part file only, and not what became of the source."""
    for one in parts:
        if not one.exists() or _stamp(one) != before[one]:
            return Problem("source_changed", path=str(one))
    return Problem("disk_full", path=str(target)) if problem.id == "disk_full" else problem
