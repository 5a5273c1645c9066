"""The rows of a stored tensor: of floats, or of eight bits with a scale for each block."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.convert.checkpoint import Checkpoint
from qwendesk_llamacpp.jobs.convert.decoding import SIZES
from qwendesk_llamacpp.jobs.convert.header import Stored
from qwendesk_llamacpp.jobs.convert.matrix import Mapped, Matrix, Scaled

_SCALE = "_scale_inv"
_BLOCK = (128, 128)


class Rows:
    """Opens tensors of one checkpoint.

    Raises:
        Problem: `convert_quantized` (path, method) for one whose weights are packed otherwise than FP8.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._tensors, self._path = checkpoint.tensors, str(checkpoint.folder)
        self._block = self._block_of(checkpoint.config)
        # One map for each file: a mixture has more tensors than a process may have maps.
        self._files: dict[Path, NDArray[np.uint8]] = {}

    def is_scale(self, name: str) -> bool:
        """Whether the tensor belongs to another and is no weight itself."""
        owner = name.removesuffix(_SCALE)
        of_weights = owner != name and owner in self._tensors
        return of_weights or name.endswith((".input_scale", ".activation_scale"))

    def open(self, stored: Stored, *, turned: bool = False) -> Matrix:
        """The tensor's rows.

        Raises:
            Problem: `convert_dtype` (tensor, dtype) for numbers that are not read here,
                `convert_tensor_missing` for a scale, `convert_tensor_shape` for one of another shape.
        """
        if stored.dtype not in SIZES:
            raise Problem("convert_dtype", path=self._path, tensor=stored.name[:200], dtype=stored.dtype)
        if stored.dtype != "F8_E4M3":
            return Mapped(self._file(stored), stored, turned=turned)
        if turned or len(stored.shape) not in (2, 3):
            raise Problem("convert_dtype", path=self._path, tensor=stored.name[:200], dtype=stored.dtype)
        return self._scaled(stored)

    def _file(self, stored: Stored) -> NDArray[np.uint8]:
        if stored.path not in self._files:
            try:
                self._files[stored.path] = np.memmap(stored.path, np.uint8, "r")
            except OSError as error:
                raise Problem(
                    "model_unreadable", path=str(stored.path), detail=error.strerror or ""
                ) from error
        return self._files[stored.path]

    def _scaled(self, stored: Stored) -> Matrix:
        scale = self._tensors.get(stored.name + _SCALE)
        if scale is None:
            name = (stored.name + _SCALE)[:200]
            raise Problem("convert_tensor_missing", path=self._path, tensor=name)
        *count, rows, width = stored.shape
        block = self._block if len(scale.shape) > 1 else (rows, width)
        wanted = (*count, -(-rows // block[0]), -(-width // block[1]))
        if scale.dtype not in SIZES or scale.dtype == "F8_E4M3":
            raise Problem("convert_dtype", path=self._path, tensor=scale.name[:200], dtype=scale.dtype)
        if prod(scale.shape) != prod(wanted) or scale.shape not in (wanted, (), (1,)):
            raise shape_problem(self._path, scale, wanted)
        scales = Mapped(self._file(scale), scale)
        table = scales.take(np.arange(scales.rows)).reshape(-1, *wanted[-2:])
        return Scaled(Mapped(self._file(stored), stored), table, block, rows)

    def _block_of(self, config: Mapping[str, Any]) -> tuple[int, int]:
        inner = config.get("text_config")
        told = config.get("quantization_config") or (
            inner.get("quantization_config") if isinstance(inner, dict) else None
        )
        if told is None:
            return _BLOCK
        method = told.get("quant_method") if isinstance(told, dict) else None
        if method != "fp8":
            raise Problem("convert_quantized", path=self._path, method=str(method or "?")[:80])
        block = told.get("weight_block_size") or list(_BLOCK)
        if isinstance(block, list) and len(block) == 2 and all(type(one) is int and one > 0 for one in block):
            return block[0], block[1]
        raise Problem("convert_config", path=self._path, field="weight_block_size")


def shape_problem(path: str, stored: Stored, wanted: tuple[int, ...]) -> Problem:
    """The tensor is not as large as the configuration says."""
    has, wants = (" × ".join(map(str, one)) for one in (stored.shape, wanted))
    return Problem("convert_tensor_shape", path=path, tensor=stored.name[:200], shape=has, expected=wants)
