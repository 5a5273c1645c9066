"""What JSON has no numbers for: a bias of minus infinity forbids a token."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import replace

from qwendesk.chat.settings import Record

_MOST = sys.float_info.max


def without_infinities(record: Record | None) -> Record | None:
    """The record with the largest numbers in their place, which no bias has otherwise."""
    return _with_biases(record, lambda bias: math.copysign(min(abs(bias), _MOST), bias))


def with_infinities(record: Record | None) -> Record | None:
    """The same again, from what was read."""
    return _with_biases(record, lambda bias: math.copysign(math.inf, bias) if abs(bias) >= _MOST else bias)


def _with_biases(record: Record | None, change: Callable[[float], float]) -> Record | None:
    if record is None or not record.settings.logit_bias:
        return record
    biases = {token: change(bias) for token, bias in record.settings.logit_bias.items()}
    return replace(record, settings=replace(record.settings, logit_bias=biases))
