"""Waiting that a person can end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from qwendesk.models.verifying import Stopped

T = TypeVar("T")
_LOOK_S = 0.25


def awaited(wait: Callable[[float], T], stopped: Callable[[], bool], seconds: float) -> T:
    """What `wait` gives, asked with short patience over and over.

    Raises:
        TimeoutError: not within `seconds`.
        Stopped: `stopped` said so.
    """
    for _look in range(round(seconds / _LOOK_S)):
        if stopped():
            raise Stopped
        try:
            return wait(_LOOK_S)
        except TimeoutError:
            continue
    raise TimeoutError
