"""A stop that is heard between any two operations of PyTorch, not only between two runs of a model."""

from __future__ import annotations

from typing import Any

from torch.overrides import TorchFunctionMode

from qwendesk.api.engine import StopFlag
from qwendesk.api.scores.outcome import Stopped


class Stoppable(TorchFunctionMode):  # type: ignore[misc]  # torch.overrides is not typed
    """Inside, what this thread computes raises `Stopped` once the flag is set; other threads go on."""

    def __init__(self, stop: StopFlag) -> None:
        super().__init__()
        self._stop = stop

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if self._stop.is_set():
            raise Stopped
        return func(*args, **(kwargs or {}))
