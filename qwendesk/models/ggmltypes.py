"""The tensor and file types of ggml: names, sizes, and what becomes of rows that do not fit.

Sources: ggml.h `enum ggml_type`, llama.h `enum llama_ftype`, gguf-py GGML_QUANT_SIZES, and for the
fall-backs llama.cpp's src/llama-quant.cpp.
"""

from __future__ import annotations

from collections.abc import Iterable

from qwendesk.models.facts import Quantization, Tensor

_NAMES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K",
    11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS",
    19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32",
    27: "I64", 28: "F64", 29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4",
    41: "Q1_0", 42: "Q2_0",
}  # fmt: skip

SIZES = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36), 41: (128, 18), 42: (64, 18),
}  # fmt: skip
"""Elements and bytes of one block, by ggml type; types unknown to us are not checked for size."""

_LABELS = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K",
    19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL",
    26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0",
    37: "TQ2_0", 38: "MXFP4_MOE", 39: "NVFP4", 40: "Q1_0", 41: "Q2_0",
}  # fmt: skip

# Below this share of rows that could not be stored as the label says, the label is still the truth.
_TOLERATED = 0.25
_WIDE = 256


def type_name(kind: int) -> str:
    return _NAMES.get(kind, f"type {kind}")


def label_name(file_type: object) -> str:
    """The label for `general.file_type`, or empty. 1024 is added where the type was guessed."""
    return _LABELS.get(file_type % 1024, "") if isinstance(file_type, int) else ""


def quantization(tensors: Iterable[Tensor], label: str) -> Quantization:
    """How the tensors are really stored, and whether the label tells it."""
    sizes: dict[str, int] = {}
    weights: dict[str, int] = {}
    elements = fallen = 0
    for one in tensors:
        kind, count = one.type, one.elements
        sizes[kind] = sizes.get(kind, 0) + one.bytes
        elements += count
        if one.block is not None and len(one.shape) > 1:
            weights[kind] = weights.get(kind, 0) + count
            fallen += count if one.shape[0] % _WIDE else 0
    main = max(weights or sizes, key=lambda one: (weights or sizes)[one], default="")
    fell_back = _is_wide(label) and fallen > _TOLERATED * sum(weights.values()) and not _is_wide(main)
    honest = not fell_back and (not weights or _appears(label, weights))
    total = sum(sizes.values())
    return Quantization(
        name=label if label and honest else main,
        label=label,
        honest=honest,
        bits_per_weight=round(total * 8 / elements, 2) if elements else 0.0,
        bytes_by_type=tuple(sorted(sizes.items(), key=lambda one: -one[1])),
    )


def _appears(label: str, types: Iterable[str]) -> bool:
    """Whether any tensor has the label's type; labels that are recipes of several are believed."""
    plain = label[:4] if "_K" in label else label
    return plain.startswith("IQ") or plain not in _NAMES.values() or plain in types


def _is_wide(name: str) -> bool:
    """Whether this type packs 256 elements of a row together."""
    return "_K" in name or name.startswith(("TQ", "IQ1", "IQ2", "IQ3", "IQ4_XS"))
