"""What happens to engine environments, told on the bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Step = Literal["resolving", "making", "fetching", "compiling", "testing"]


@dataclass(frozen=True, slots=True)
class EngineAdvanced:
    """An installation goes on.

    Args:
        name: the environment's, empty while it is not known.
        share: how far everything is, between 0 and 1; None where nobody knows.
        bytes: on the disk so far; `total` expected there, 0 where nobody knows.
        package: what was begun last.
    """

    runtime: str
    name: str
    step: Step
    share: float | None = None
    bytes: int = 0
    total: int = 0
    package: str = ""


@dataclass(frozen=True, slots=True)
class EnginesChanged:
    """Environments of a runtime came or went, or another one holds now."""

    runtime: str
