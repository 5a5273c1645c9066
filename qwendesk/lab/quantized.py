"""Quantizing as data: what is wished for, what would become of it, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path

from qwendesk.models.facts import Quantization
from qwendesk.models.model import Model


@dataclass(frozen=True, slots=True)
class Wish:
    """What to quantize to what; the options are llama-quantize's.

    Args:
        source: a model of the library, or a path.
        type: "Q4_K_M", "IQ4_XS" …; `output_type`, `embedding_type` and those of `tensor_types` are types of
            tensors ("Q6_K").
        target: the file to write; None for the library.
        tensor_types: regular expressions of tensors' names with the type that they get; the first that
            matches holds.
        pure: every tensor gets the same type.
    """

    source: str
    type: str
    target: Path | None = None
    imatrix: Path | None = None
    tensor_types: tuple[tuple[str, str], ...] = ()
    output_type: str = ""
    embedding_type: str = ""
    leave_output: bool = False
    pure: bool = False
    allow_requantize: bool = False
    threads: int | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class PlannedTensor:
    """A tensor before and after; `bytes` after. `shape` has the row's length first."""

    name: str
    shape: tuple[int, ...]
    before: str
    after: str
    bytes: int

    @property
    def elements(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class Fallback:
    """A tensor whose rows of `row` numbers do not fit the `wanted` type, so that it has the `used` one."""

    tensor: str
    row: int
    wanted: str
    used: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What quantizing would make.

    Args:
        name: what the library will call it; empty for a file that it does not see.
        size: bytes of the whole file; `source_size` those of the source.
        needs_imatrix: it is refused without an importance matrix.
        requantizes: the type that the source has already, for which it is refused; else empty.
    """

    wish: Wish
    source: Model
    type: str
    target: Path
    name: str
    size: int
    source_size: int
    tensors: tuple[PlannedTensor, ...]
    fallbacks: tuple[Fallback, ...]
    needs_imatrix: bool
    requantizes: str
    engine: str

    @property
    def bits_per_weight(self) -> float:
        """Bytes of all tensors × 8 ÷ elements of all tensors."""
        return round(
            8 * sum(one.bytes for one in self.tensors) / sum(one.elements for one in self.tensors), 2
        )

    @property
    def bytes_by_type(self) -> dict[str, int]:
        """Of the tensors, the largest first."""
        found: dict[str, int] = {}
        for one in self.tensors:
            found[one.after] = found.get(one.after, 0) + one.bytes
        return dict(sorted(found.items(), key=lambda item: -item[1]))


@dataclass(frozen=True, slots=True)
class Quantized:
    """What quantizing made, as the file itself tells it.

    Args:
        name: what the library calls it; empty for a file that it does not see.
        provenance: what the file says of its making, by key.
        seconds: how long llama.cpp took.
    """

    path: Path
    name: str
    type: str
    size: int
    source_size: int
    quantization: Quantization
    fallbacks: tuple[Fallback, ...]
    provenance: dict[str, str | int]
    engine: str
    seconds: float
