"""Instruction sets by ggml's names, and which of them this processor has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_INFO = Path("/proc/cpuinfo")
# ggml's name and the kernel's; of those that make llama.cpp's matrix products faster.
_FLAGS: Mapping[str, str] = {
    "AVX": "avx",
    "AVX2": "avx2",
    "FMA": "fma",
    "F16C": "f16c",
    "BMI2": "bmi2",
    "AVX_VNNI": "avx_vnni",
    "AVX512": "avx512f",
    "AVX512_VBMI": "avx512_vbmi",
    "AVX512_VNNI": "avx512_vnni",
    "AVX512_BF16": "avx512_bf16",
    "AMX_INT8": "amx_int8",
    "NEON": "asimd",
    "DOTPROD": "asimddp",
    "MATMUL_INT8": "i8mm",
    "SVE": "sve",
}
WANTED = tuple(_FLAGS)
MUCH_FASTER = frozenset({"AVX2", "FMA", "NEON", "DOTPROD"})
"""Without one of these a model is several times slower; the others give some percent."""


def of_processor(info: Path = _INFO) -> frozenset[str]:
    """By ggml's names. Only Linux tells; elsewhere nothing is known and nothing is missed."""
    try:
        text = info.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    flags: set[str] = set()
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() in ("flags", "features"):
            flags = set(value.split())
            break
    return frozenset(name for name, flag in _FLAGS.items() if flag in flags)
