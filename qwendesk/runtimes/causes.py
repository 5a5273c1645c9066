"""What native libraries print when they fail, and what that means: a table from their words to a cause.

A line says more than an exit code, and the last telling line more than those before it: engines go on
after many an error, and what they said then is no longer the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

CauseId = Literal[
    "out_of_memory",
    "out_of_card_memory",
    "too_old",
    "file_broken",
    "cpu_lacks",
    "driver_unfit",
    "card_unfit",
    "card_failed",
    "library_missing",
]
LAST_LINES = 60
"""How far back a line still is about the end."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an engine failed, the words that say so, and what the pattern caught (an architecture, a file)."""

    id: CauseId
    line: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class _Sign:
    cause: CauseId
    pattern: re.Pattern[str]


def _signs(cause: CauseId, *patterns: str) -> tuple[_Sign, ...]:
    return tuple(_Sign(cause, re.compile(one, re.IGNORECASE)) for one in patterns)


_CARD = r"(?:CUDA|ROCm|HIP|Vulkan|SYCL|Metal|MUSA|CANN|OpenCL|MTL)"
_SIGNS = (
    *_signs(
        "out_of_card_memory",
        r"(?:cuda|hip|musa)\w*malloc\w* failed: out of memory",
        rf"{_CARD} error(?: 2\b.*)?: out of memory",
        r"CUDA out of memory",
        rf"(?:failed|unable) to allocate {_CARD}\w* buffer",
        r"ErrorOutOfDeviceMemory|VK_ERROR_OUT_OF_DEVICE_MEMORY",
        r"ggml_vulkan: Device memory allocation of size \d+ failed",
        r"kIOGPUCommandBufferCallbackErrorOutOfMemory",
        r"CUBLAS_STATUS_ALLOC_FAILED",
    ),
    *_signs(
        "out_of_memory",
        r"ggml_aligned_malloc: insufficient memory",
        r"(?:failed|unable) to allocate (?:CPU\w* )?(?:backend )?buffer",
        r"failed to allocate (?:compute|memory|buffer)",
        r"not enough memory|DefaultCPUAllocator: can't allocate",
        r"std::bad_alloc|^MemoryError\b|Cannot allocate memory",
        r"failed to mmap\b.*(?:memory|ENOMEM)|mmap failed: Cannot allocate",
        r"ErrorOutOfHostMemory|VK_ERROR_OUT_OF_HOST_MEMORY",
    ),
    *_signs(
        "too_old",
        r"unknown model architecture: '([^']*)'",
        r"unknown pre-tokenizer type: '([^']*)'",
        r"has invalid ggml type (\d+)",
        r"unknown projector type: (\S+)",
        r"model type `(\w+)` but Transformers does not recognize",
    ),
    *_signs(
        "file_broken",
        r"is not within the file bounds|model is corrupted or incomplete",
        r"invalid magic (?:characters|number)",
        r"wrong number of tensors",
        r"(?:check_tensor_dims|create_tensor): tensor '[^']*' (?:not found|has wrong shape)",
        r"missing tensor '[^']*'",
        r"failed to read (?:key-value pairs|tensor (?:info|data))",
        r"key not found in model: \S+",
        r"read error: |unexpectedly reached end of file",
        r"SafetensorError|incomplete metadata, file not fully covered|HeaderTooLarge",
    ),
    *_signs(
        "cpu_lacks",
        r"Illegal instruction",
        r"ended with status (?:-4|132|3221225501)\b",
        r"CPU (?:does not|doesn't) support (AVX\w*|FMA|F16C|SSE\w*|BMI2)",
    ),
    *_signs(
        "driver_unfit",
        r"CUDA driver version is insufficient for CUDA runtime version",
        r"unsupported display driver / cuda driver combination",
        r"PTX was compiled with an unsupported toolchain",
        r"forward compatibility was attempted on non supported HW",
        r"VK_ERROR_INCOMPATIBLE_DRIVER|ErrorIncompatibleDriver",
    ),
    *_signs(
        "card_unfit",
        r"no kernel image is available for execution on the device",
        r"hipErrorNoBinaryForGpu|invalid device function",
    ),
    *_signs(
        "card_failed",
        rf"{_CARD} error\b.*: (?:an illegal memory access|unspecified launch failure|device-side assert)",
        r"DeviceLostError|ErrorDeviceLost|VK_ERROR_DEVICE_LOST",
        r"uncorrectable ECC error|GPU has fallen off the bus|misaligned address",
        r"kIOGPUCommandBufferCallbackError(?!OutOfMemory)\w+|kIOAccelCommandBufferCallbackError\w+",
    ),
    *_signs(
        "library_missing",
        r"(lib\S+\.so[.\d]*): cannot open shared object file",
        r"(\S+\.dll).*(?:not found|could not be found)|DLL load failed",
        r"Library not loaded: (\S+)",
    ),
)
_HARMLESS = re.compile(r"failed to (?:mlock|VirtualLock)\b")
"""Memory that could not be locked: the engine says so, and works."""
# Said after the real reason, whatever that was: they only count where nothing else was said.
_VAGUE = re.compile(
    r"(?:failed|unable) to allocate (?:compute|memory|buffer|backend buffer)\b", re.IGNORECASE
)

_STAMP = re.compile(r"^[\d.]+ [A-Z] ")
"""How llama.cpp's server begins a line: when, and how serious."""

HAVE_SINCE = {
    "qwen3": 5220,  # github.com/abetlen/llama-cpp-python/issues/2008
    "qwen3moe": 5220,
    "qwen3vl": 6887,  # github.com/Vali-98/ChatterUI/issues/487
    "qwen3vlmoe": 6887,
    "qwen3next": 7186,  # github.com/ollama/ollama/issues/12349
    "qwen35": 9079,  # github.com/ollama/ollama/pull/15899
    "qwen35moe": 9079,
}
"""A build of llama.cpp that is known to load an architecture; those after it do, too."""


def cause_of(lines: Iterable[str]) -> Cause | None:
    """The cause that the last telling line names; None where no line is known."""
    vague: Cause | None = None
    for line in reversed(list(lines)[-LAST_LINES:]):
        found = _read(line)
        if found is None:
            continue
        if found.id == "out_of_memory" and _VAGUE.search(line):
            vague = vague or found
            continue
        return found
    return vague


def _read(line: str) -> Cause | None:
    if _HARMLESS.search(line):
        return None
    for sign in _SIGNS:
        if caught := sign.pattern.search(line):
            what = next((one for one in caught.groups() if one), "")
            return Cause(sign.cause, _STAMP.sub("", line.strip())[:300], what[:80])
    return None
