"""The types that are written: which tensor gets which, and its bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, LlamaFileType, quantize
from numpy.typing import NDArray

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.convert.decoding import Floats

F32, F16 = GGMLQuantizationType.F32, GGMLQuantizationType.F16
TYPES = {
    "F32": (F32, LlamaFileType.ALL_F32),
    "F16": (F16, LlamaFileType.MOSTLY_F16),
    "BF16": (GGMLQuantizationType.BF16, LlamaFileType.MOSTLY_BF16),
    "Q8_0": (GGMLQuantizationType.Q8_0, LlamaFileType.MOSTLY_Q8_0),
}
# Few numbers that many depend on; llama.cpp keeps them whole, too.
_WHOLE = ("_norm.weight", "ffn_gate_inp.weight", "ffn_gate_inp_shexp.weight", "ssm_conv1d.weight")


def type_of(name: str, shape: tuple[int, ...], asked: GGMLQuantizationType) -> GGMLQuantizationType:
    """The type of the tensor of this GGUF name where `asked` is for all of them.

    Vectors and what routes stay F32; rows that no block of the type divides become F16.
    """
    if len(shape) < 2 or name.endswith(_WHOLE) or not name.endswith(".weight"):
        return F32
    return asked if shape[-1] % GGML_QUANT_SIZES[asked][0] == 0 else F16


def size_of(shape: tuple[int, ...], kind: GGMLQuantizationType) -> int:
    """Bytes of a tensor."""
    block, size = GGML_QUANT_SIZES[kind]
    return int(np.prod(shape, dtype=np.int64)) // block * size


def encode(rows: Floats, kind: GGMLQuantizationType, name: str) -> NDArray[Any]:
    """The rows in this type.

    Raises:
        Problem: `convert_overflow` (tensor) where a number is too large for F16, `convert_not_finite`
            (tensor) where one is none.
    """
    if not np.isfinite(rows).all():
        raise Problem("convert_not_finite", tensor=name)
    with np.errstate(over="ignore"):
        encoded: NDArray[Any] = quantize(rows, kind)
    if kind == F16 and not np.isfinite(encoded).all():
        raise Problem("convert_overflow", tensor=name)
    return encoded
