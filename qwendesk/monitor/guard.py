"""Asking systems that may not answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Guard:
    """Calls what may raise anything; None then, and one line in the log for each kind of failure."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def __call__(self, ask: Callable[[], T]) -> T | None:
        try:
            return ask()
        except Exception as error:
            kind = f"{getattr(ask, '__qualname__', type(ask).__name__)}: {type(error).__name__}"
            if kind not in self._told:
                self._told.add(kind)
                _log.info("Not measured: %s: %s", kind, error)
            return None
