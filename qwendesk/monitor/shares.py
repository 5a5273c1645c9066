"""The memory estimate in four shares, as a bar shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from qwendesk.models.memory.parts import Estimate, PartId

ShareId = Literal["weights", "cache", "compute", "other"]
_WHERE: Mapping[PartId, ShareId] = {
    "weights": "weights",
    "repacked": "weights",
    "projector": "weights",
    "draft": "weights",
    "adapters": "weights",
    "cache": "cache",
    "state": "cache",
    "checkpoints": "cache",
    "prompt_cache": "cache",
    "compute": "compute",
}


def shares(estimate: Estimate) -> dict[ShareId, int]:
    """Bytes on all devices. A draft model counts with the weights, recurrent state with the KV cache."""
    found: dict[ShareId, int] = {"weights": 0, "cache": 0, "compute": 0, "other": 0}
    for part in estimate.parts:
        found[_WHERE.get(part.id, "other")] += part.bytes
    return found
