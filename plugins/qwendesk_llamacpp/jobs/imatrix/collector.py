"""Sums of squares of what goes into each matrix, collected while a graph is computed.

The definitions are those of llama.cpp's tools/imatrix/imatrix.cpp, so that matrices can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.imatrix.tensor import F32, Tensor, numbers, operation, tensor_at
from qwendesk_llamacpp.jobs.importance import Floats, Importance

_FEWEST = 16
"""Rows below which llama.cpp does not look at a product."""


class Collector:
    """`on_tensor` is what llama.cpp asks about each tensor of a graph."""

    def __init__(self, *, output: bool = False) -> None:
        """`output`: also the matrix that makes logits."""
        self._output = output
        self._sums: dict[str, Floats] = {}
        self._counts: dict[str, NDArray[np.int64]] = {}
        self.failure: Exception | None = None
        """What went wrong inside: an exception cannot pass through llama.cpp."""

    def on_tensor(self, address: int, is_question: bool, _data: object) -> bool:
        """Asked first whether it is wanted, then with its inputs computed; False then ends the graph."""
        try:
            if is_question:
                return self._wants(tensor_at(address))
            self._take(tensor_at(address))
        except Exception as error:
            self.failure = error
            return False
        return True

    def _wants(self, tensor: Tensor) -> bool:
        kind = operation(tensor)
        if kind == "MUL_MAT_ID":
            return True
        if kind != "MUL_MAT":
            return False
        weights, inputs = (tensor_at(one) for one in tensor.sources[:2])
        name = plain_name(weights.name)
        wanted = name.startswith("blk.") or (self._output and name == "output.weight")
        return wanted and inputs.kind == F32 and inputs.ne[1] >= _FEWEST

    def _take(self, tensor: Tensor) -> None:
        weights = tensor_at(tensor.sources[0])
        name, inputs = plain_name(weights.name), numbers(tensor.sources[1])
        if operation(tensor) == "MUL_MAT_ID":
            self._add(name, *routed(inputs[0], numbers(tensor.sources[2])[0, 0], weights.ne[2]))
        else:
            self._add(name, *dense(inputs, weights.ne[2], weights.ne[3]))

    def _add(self, name: str, sums: Floats, counts: NDArray[np.int64]) -> None:
        if not np.isfinite(sums).all():
            raise Problem("imatrix_not_finite", tensor=name)
        if name not in self._sums:
            self._sums[name], self._counts[name] = np.zeros_like(sums), np.zeros_like(counts)
        self._sums[name] += sums
        self._counts[name] += counts

    def tensors(self) -> Mapping[str, Importance]:
        """All that was collected."""
        return {name: Importance(sums, self._counts[name]) for name, sums in self._sums.items()}


def plain_name(name: bytes) -> str:
    """Without what a card's copy carries: `CUDA0#blk.0.attn_k.weight#0`."""
    parts = name.decode("utf-8", "replace").split("#")
    return parts[1] if len(parts) > 1 else parts[0]


def dense(inputs: Floats, matrices: int, groups: int = 1) -> tuple[Floats, NDArray[np.int64]]:
    """Of one product, and how many rows went into each matrix.

    Args:
        inputs: shape (groups, matrices, rows, columns); of more than the weights have, each takes several.
        matrices: of the weights, in each of `groups`.
    """
    outer, middle, rows, columns = inputs.shape
    squares = np.square(inputs, dtype=np.float64).sum(axis=2)
    sums = np.zeros((groups, matrices, columns))
    for group in range(outer):
        for one in range(middle):
            sums[group % groups, one % matrices] += squares[group, one]
    count = outer * middle * rows // (groups * matrices)
    return sums.reshape(-1, columns).astype(np.float32), np.array([count])


def routed(inputs: Floats, experts: NDArray[np.int32], count: int) -> tuple[Floats, NDArray[np.int64]]:
    """Of a mixture's product, for each of `count` experts.

    Args:
        inputs: shape (tokens, one or one for each chosen expert, columns).
        experts: those that each token chose, shape (tokens, chosen).
    """
    tokens, ways, columns = inputs.shape
    chosen = np.arange(experts.shape[1]) % ways
    places = np.arange(tokens)[:, np.newaxis] * ways + chosen
    times = np.zeros((count, tokens * ways), np.float32)
    np.add.at(times, (experts, places), 1)
    squares = np.square(inputs).reshape(-1, columns)
    counts = np.bincount(experts.reshape(-1), minlength=count)
    return times @ squares, counts.astype(np.int64)
