"""llama.cpp's structure of parameters, made of a job's arguments."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qwendesk.api.cores import physical_cores
from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.quantize.names import file_type, file_types, native, tensor_type

Matrix = Mapping[str, NDArray[np.float32]]
_BUFFER = 1 << 30
"""Rows in memory at once; llama.cpp's own 8 GiB are more than many a laptop has. The result is the same."""
_LONGEST = 127


class Parameters:
    """`structure` is for `llama_model_quantize`; what it points to lives as long as this."""

    def __init__(self, arguments: Mapping[str, Any], matrix: Matrix | None, dry: bool) -> None:
        """Raises Problem `quant_type_unknown` or `tensor_types_unused`."""
        self.type = file_type(arguments["type"])
        self.structure = native.llama_model_quantize_default_params()
        self.structure.ftype = file_types()[self.type]
        self.structure.nthread = arguments.get("threads") or physical_cores()
        self.structure.allow_requantize = bool(arguments.get("allow_requantize"))
        self.structure.quantize_output_tensor = not arguments.get("leave_output")
        self.structure.pure = bool(arguments.get("pure"))
        self.structure.max_buf_size = _BUFFER
        self.structure.dry_run = dry
        if name := arguments.get("output_type"):
            self.structure.output_tensor_type = tensor_type(name)
        if name := arguments.get("embedding_type"):
            self.structure.token_embedding_type = tensor_type(name)
        self.patterns = [pattern for pattern, _type in arguments.get("tensor_types") or ()]
        self._kept: list[Any] = []
        self._override_tensors(arguments.get("tensor_types") or ())
        self._add_metadata(arguments.get("metadata") or {})
        if matrix is not None:
            self._weigh(matrix)

    def _override_tensors(self, pairs: Any) -> None:
        if not pairs:
            return
        if self.type in ("F32", "F16", "BF16"):
            # llama.cpp looks at them only where the file's type is a quantized one.
            raise Problem("tensor_types_unused", type=self.type)
        room = (native.llama_model_tensor_override * (len(pairs) + 1))()
        for at, (pattern, name) in enumerate(pairs):
            room[at].pattern, room[at].type = pattern.encode(), tensor_type(name)
        room[len(pairs)].type = native.GGML_TYPE_COUNT
        self._kept.append(room)
        self.structure.tt_overrides = room

    def _add_metadata(self, values: Mapping[str, str | int]) -> None:
        if not values:
            return
        room = (native.llama_model_kv_override * (len(values) + 1))()
        for one, (key, value) in zip(room, values.items(), strict=False):
            one.key = key.encode()
            if isinstance(value, int):
                one.tag, one.value.val_i64 = native.LLAMA_KV_OVERRIDE_TYPE_INT, value
            else:
                one.tag, one.value.val_str = native.LLAMA_KV_OVERRIDE_TYPE_STR, shortened(value)
        self._kept.append(room)
        self.structure.kv_overrides = room

    def _weigh(self, matrix: Matrix) -> None:
        room = (native.llama_model_imatrix_data * (len(matrix) + 1))()
        for one, (name, values) in zip(room, matrix.items(), strict=False):
            self._kept.append(values)
            one.name, one.size = name.encode(), values.size
            one.data = values.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        self._kept.append(room)
        self.structure.imatrix = room


def shortened(value: str) -> bytes:
    """As much of a text as llama.cpp's structure has room for, in whole characters."""
    return value.encode()[:_LONGEST].decode("utf-8", "ignore").encode()
