"""The weights of a folder with safetensors files as PyTorch holds them: in the number format that was chosen,
unless they are quantized already.

Sources in Transformers: quantizers/quantizer_finegrained_fp8.py and integrations/finegrained_fp8.py (FP8 is
turned into another format while loading where nothing computes with it; kept, its scales are float32);
GPTQ and AWQ keep what is packed into whole numbers as it is stored.
"""

from __future__ import annotations

from qwendesk.models.facts import Facts, Tensor

_HOLES = 1.25
"""What weights quantized by bitsandbytes take of the heap over their size (measured)."""
_BITSANDBYTES = ("U8", "I8")
_PACKED = ("I16", "U16", "I32", "U32", "I64", "U64")
"""Types of tensors that hold several quantized weights in each element, or their places."""
_SCALES = "_scale_inv"
_F32 = 4


def held(facts: Facts, size: int, *, keeps_fp8: bool) -> int:
    """Bytes of all weights, `size` for each that is not quantized; `keeps_fp8` as `Host.fp8`."""
    packed = sum(one.bytes for one in facts.tensors if one.type in _BITSANDBYTES)
    others = sum(
        _held(one, size, keeps_fp8=keeps_fp8) for one in facts.tensors if one.type not in _BITSANDBYTES
    )
    return round(packed * _HOLES) + others if facts.tensors else facts.parameters * size


def _held(tensor: Tensor, size: int, *, keeps_fp8: bool) -> int:
    if tensor.type in _PACKED:
        return tensor.bytes
    if tensor.name.endswith(_SCALES):
        return tensor.elements * _F32 if keeps_fp8 else 0
    if is_fp8(tensor) and keeps_fp8:
        return tensor.bytes
    return tensor.elements * size


def is_fp8(tensor: Tensor) -> bool:
    """Whether it holds 8-bit floating point numbers."""
    return tensor.type.startswith("F8_")
