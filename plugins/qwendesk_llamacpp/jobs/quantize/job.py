"""The job "quantize": a plan, or the file itself."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.quantize.lines import Lines
from qwendesk_llamacpp.jobs.quantize.names import native
from qwendesk_llamacpp.jobs.quantize.parameters import Parameters
from qwendesk_llamacpp.jobs.quantize.plan import Plan, make_plan
from qwendesk_llamacpp.jobs.quantize.weighing import Weights, weights_of

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_MISSING_MATRIX = "Missing importance matrix for tensor "
_PROBE = bytes(1 << 16)
ENGINE = "qwendesk.quantize.engine"


def run(arguments: Mapping[str, Any], progress: Callable[[JobProgress], None]) -> Mapping[str, Any]:
    """Quantize a model file.

    Args:
        arguments: `parts` (the paths of the source's parts), `target` (the file to write; empty for a dry
            run), `type`, and where they are wanted `imatrix` (a path), `tensor_types` (pairs of a regular
            expression and a type), `output_type`, `embedding_type`, `leave_output`, `pure`,
            `allow_requantize`, `threads`, `metadata` (text or whole number by key, of up to 127 bytes; the
            engine's version and what llama-quantize says of a matrix are added).

    Returns:
        `engine` (its version), `type`, `size` (bytes of the file), `tensors` (name, shape, type before, type
        after, bytes after), `wanted` (by tensor, the type that its rows do not fit), `needs_imatrix`,
        `requantizes` (a type that the source is quantized to already).

    Raises:
        Problem: `load_failed`, `quant_type_unknown`, `tensor_types_unused`, `tensor_pattern_unused`,
            `imatrix_unreadable`, `imatrix_other_model`, `imatrix_lacks`; with a target also `imatrix_needed`,
            `requantize_refused`, `disk_full` or `quantize_failed`.
    """
    engine = f"llama-cpp-python {version('llama-cpp-python')}"
    weights = weights_of(arguments)
    told = {**(arguments.get("metadata") or {}), ENGINE: engine, **(weights.metadata if weights else {})}
    arguments = {**arguments, "metadata": told}
    plan = make_plan(arguments, weights)
    if arguments.get("target"):
        _must_be_allowed(plan, arguments)
        _write(plan, arguments, weights, progress)
    return {"engine": engine, **plan.data()}


def _must_be_allowed(plan: Plan, arguments: Mapping[str, Any]) -> None:
    if plan.needs_imatrix:
        raise Problem("imatrix_needed", type=plan.type)
    if plan.requantizes and not arguments.get("allow_requantize"):
        raise Problem("requantize_refused", path=arguments["parts"][0], type=plan.requantizes)


def _write(
    plan: Plan,
    arguments: Mapping[str, Any],
    weights: Weights | None,
    progress: Callable[[JobProgress], None],
) -> None:
    elements = plan.elements
    whole = sum(elements) or 1

    def begun(number: int) -> None:
        done = sum(elements[: number - 1])
        progress(JobProgress(done / whole, plan.tensors[number - 1].name, number - 1, len(elements)))

    parameters = Parameters(arguments, weights.matrix if weights else None, dry=False)
    lines = Lines(begun)
    source, target = arguments["parts"][0], arguments["target"]
    with lines.listening():
        failed = native.llama_model_quantize(
            source.encode(), target.encode(), ctypes.byref(parameters.structure)
        )
    if failed:
        raise _failure(lines.failure, weights, source, target)
    progress(JobProgress(1.0, "", len(elements), len(elements)))


def _failure(said: str, weights: Weights | None, source: str, target: str) -> Problem:
    """llama.cpp says "iostream error" for whatever the disk refuses: one more write tells what it was."""
    if weights is not None and said.startswith(_MISSING_MATRIX):
        tensor = said.removeprefix(_MISSING_MATRIX).partition(" ")[0]
        return Problem("imatrix_lacks", path=weights.path, tensor=tensor)
    try:
        with Path(target).open("ab", buffering=0) as file:
            file.write(_PROBE)
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno in _FULL:
            return Problem("disk_full", path=target)
        return Problem("quantize_failed", path=source, detail=error.strerror or str(error))
    return Problem("quantize_failed", path=source, detail=said[:300])
