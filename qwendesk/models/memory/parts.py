"""What an estimate is made of, and what it is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from qwendesk.models.facts import Facts

Device = Literal["cpu", "gpu"]
PartId = Literal[
    "weights",
    "repacked",
    "cache",
    "state",
    "compute",
    "vocabulary",
    "checkpoints",
    "prompt_cache",
    "projector",
    "draft",
    "adapters",
    "overhead",
]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the memory of a loaded model.

    Args:
        bytes: once a prompt that fills the context was read.
        formula: where the number comes from, in one line with the numbers in it.
        limit: what it may grow to while conversations are put aside and come back; never below `bytes`.
    """

    id: PartId
    bytes: int
    formula: str
    device: Device = "cpu"
    limit: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", max(self.limit, self.bytes))


@dataclass(frozen=True, slots=True)
class Estimate:
    """The memory of a model as it would be loaded: main memory and that of graphics cards apart.

    Args:
        context: tokens of one slot; slots: requests at once. Both as the runtime would make them.
    """

    parts: tuple[Part, ...]
    context: int = 0
    slots: int = 1

    def on(self, device: Device) -> int:
        """Bytes on a device."""
        return sum(one.bytes for one in self.parts if one.device == device)

    @property
    def total(self) -> int:
        """Bytes of main memory, as the worker's proportional set size tells them."""
        return self.on("cpu")

    @property
    def limit(self) -> int:
        """Bytes of main memory once everything that grows has grown."""
        return sum(one.limit for one in self.parts if one.device == "cpu")

    def bytes_of(self, id: PartId) -> int:
        """Bytes of a part on all devices."""
        return sum(one.bytes for one in self.parts if one.id == id)


@dataclass(frozen=True, slots=True)
class Host:
    """What the estimate needs to know about the computer.

    Args:
        features: of the processor ("avx2", "avx512f", "asimddp", "i8mm"): llama.cpp keeps a rearranged
            second copy of the weights where it has faster code for it.
        gpu: whether the runtime has a graphics card to put layers on.
        free: bytes of main memory that a program could have now; 0 is not known.
        fp8: whether the runtime has what computes with FP8 weights on a card; without it they are loaded
            in another format.
    """

    features: frozenset[str] = frozenset()
    gpu: bool = False
    free: int = 0
    fp8: bool = False


@dataclass(frozen=True, slots=True)
class Companions:
    """Files that are loaded beside the model: facts of a projector and a draft model, bytes of adapters."""

    projector: Facts | None = None
    draft: Facts | None = None
    adapter_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """All that an estimator gets; `options` are load options by name, complete or not."""

    facts: Facts
    options: Mapping[str, Any] = field(default_factory=dict)
    host: Host = Host()
    companions: Companions = Companions()

    def number(self, name: str, default: int = 0) -> int:
        """A whole option; `default` where it is unset or no number."""
        value = self.options.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default

    def text(self, name: str, default: str = "") -> str:
        value = self.options.get(name)
        return value if isinstance(value, str) else default

    def switch(self, name: str, *, default: bool) -> bool:
        value = self.options.get(name)
        return value if isinstance(value, bool) else default
