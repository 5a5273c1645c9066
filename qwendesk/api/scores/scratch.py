"""Room for arrays that is used again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Scratch:
    """Arrays by name. Where megabytes are asked of the system for each step of a calculation, and given back,
    that takes longer than the calculation: every page of them is made and cleared anew."""

    def __init__(self) -> None:
        self._kept: dict[str, NDArray[Any]] = {}

    def array(self, name: str, shape: tuple[int, int], kind: type = np.float32) -> NDArray[Any]:
        """Of this shape, with anything in it; it is the caller's until the same name is asked for again."""
        kept = self._kept.get(name)
        if kept is None or len(kept) < shape[0] or kept.shape[1] != shape[1]:
            kept = self._kept[name] = np.empty(shape, kind)
        return kept[: shape[0]]
