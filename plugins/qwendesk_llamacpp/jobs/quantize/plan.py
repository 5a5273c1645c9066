"""What will become of each tensor, asked of llama.cpp itself: its dry run."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.quantize.filesize import header_bytes, padded
from qwendesk_llamacpp.jobs.quantize.lines import Lines, Seen
from qwendesk_llamacpp.jobs.quantize.names import (
    is_quantized,
    must_have_imatrix,
    native,
    tensor_bytes,
    tensor_types,
)
from qwendesk_llamacpp.jobs.quantize.parameters import Parameters
from qwendesk_llamacpp.jobs.quantize.unsaid import unsaid
from qwendesk_llamacpp.jobs.quantize.weighing import Weights

_MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Plan:
    """What llama.cpp will do: `bytes` of each tensor, and by tensor the `wanted` type that does not fit."""

    type: str
    tensors: tuple[Seen, ...]
    bytes: tuple[int, ...]
    wanted: Mapping[str, str]
    size: int
    needs_imatrix: bool
    requantizes: str
    """The type of a tensor that is quantized already and would be quantized again; empty if none is."""

    @property
    def elements(self) -> list[int]:
        return [prod(one.shape) for one in self.tensors]

    def data(self) -> dict[str, Any]:
        """As it crosses to the application."""
        return {
            "type": self.type,
            "size": self.size,
            "needs_imatrix": self.needs_imatrix,
            "requantizes": self.requantizes,
            "tensors": [
                [one.name, list(one.shape), one.before, one.after, bytes]
                for one, bytes in zip(self.tensors, self.bytes, strict=True)
            ],
            "wanted": dict(self.wanted),
        }


def make_plan(arguments: Mapping[str, Any], weights: Weights | None) -> Plan:
    """Raises Problem `load_failed`, `tensor_pattern_unused`, and like `Parameters` and `Weights.must_fit`."""
    parameters = Parameters(arguments, weights.matrix if weights else None, dry=True)
    lines = Lines()
    source = arguments["parts"][0]
    with lines.listening():
        failed = native.llama_model_quantize(source.encode(), b"", ctypes.byref(parameters.structure))
    if failed or len(lines.tensors) != lines.total:
        # More or fewer lines than tensors: one is named so that it cannot be told apart from the rest.
        detail = lines.failure or "its tensors cannot be told apart"
        raise Problem("load_failed", path=source, detail=detail[:_MOST_SHOWN])
    tensors = tuple(lines.tensors)
    if weights is not None:
        weights.must_fit(tensors)
    _must_match(arguments.get("tensor_types") or (), tensors)
    numbers = tensor_types()
    bytes = tuple(tensor_bytes(numbers[one.after], one.shape) for one in tensors)
    changed = [one for one in tensors if one.after != one.before]
    return Plan(
        parameters.type,
        tensors,
        bytes,
        {**lines.wanted, **unsaid(parameters, tensors)},
        header_bytes(arguments["parts"], arguments.get("metadata") or {}) + sum(map(padded, bytes)),
        weights is None
        and (lines.needs_imatrix or any(must_have_imatrix(numbers[one.after]) for one in changed)),
        next((one.before for one in changed if is_quantized(numbers[one.before])), ""),
    )


def _must_match(pairs: Sequence[tuple[str, str]], tensors: Sequence[Seen]) -> None:
    for pattern, _type in pairs:
        if not any(re.search(pattern, one.name) for one in tensors):
            raise Problem("tensor_pattern_unused", pattern=pattern[:_MOST_SHOWN])
