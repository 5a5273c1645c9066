"""What Ctrl-C does while something is on its way."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

Handler = Callable[[int, FrameType | None], Any]


@contextmanager
def on_interrupt(handler: Handler) -> Iterator[None]:
    """Ctrl-C calls this meanwhile, wherever the program is; a write that waits goes on afterwards."""
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
