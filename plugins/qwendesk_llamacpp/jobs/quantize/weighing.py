"""The importance matrix of a job: read, held against the model, named in the file that is made with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.quantize.lines import Seen
from qwendesk_llamacpp.jobs.quantize.names import must_have_imatrix, tensor_types
from qwendesk_llamacpp.jobs.quantize.parameters import Matrix

_EMBEDDINGS = "token_embd.weight"
"""Matrices that llama.cpp's own tool makes have nothing about it, or something of another size."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What `llama_model_quantize` is given, and what the file says of it, by llama-quantize's keys."""

    path: str
    matrix: Matrix
    metadata: Mapping[str, str | int]

    def must_fit(self, tensors: Sequence[Seen]) -> None:
        """Raises Problem `imatrix_other_model` (path, tensor) or `imatrix_lacks` (path, tensor)."""
        if not any(one.name in self.matrix for one in tensors):
            raise Problem("imatrix_other_model", path=self.path, tensor=next(iter(self.matrix)))
        kinds = tensor_types()
        for one in tensors:
            if one.after == one.before:
                continue
            values = self.matrix.get(one.name)
            if values is None and must_have_imatrix(kinds[one.after]):
                raise Problem("imatrix_lacks", path=self.path, tensor=one.name)
            is_other = values is not None and values.size != one.shape[0] * one.shape[2]
            if is_other and one.name != _EMBEDDINGS:
                raise Problem("imatrix_other_model", path=self.path, tensor=one.name)


def weights_of(arguments: Mapping[str, Any]) -> Weights | None:
    """Those of the job's matrix, if it has one. Raises Problem `imatrix_unreadable` (path, detail)."""
    path = arguments.get("imatrix")
    if not path:
        return None
    from qwendesk_llamacpp.jobs.imatrixfile import read_imatrix

    read = read_imatrix(Path(path))
    told: dict[str, str | int] = {
        "quantize.imatrix.file": Path(path).name,
        "quantize.imatrix.entries_count": len(read.tensors),
    }
    if read.datasets:
        told["quantize.imatrix.dataset"] = read.datasets[0]
    if read.chunks:
        told["quantize.imatrix.chunks_count"] = read.chunks
    return Weights(path, read.weights(), told)
