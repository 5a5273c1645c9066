"""Packages that Transformers imports wherever it sees them, though few models need them."""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec

_OPTIONAL = ("soundfile", "soxr")


def hide_broken() -> None:
    """Those that cannot be imported are as if they were not there: else no model loads for want of them.

    soundfile raises OSError where libsndfile is missing, as it is in its wheel for every system.
    """
    for name in _OPTIONAL:
        try:
            if find_spec(name) is not None:
                importlib.import_module(name)
        except (ImportError, OSError):
            sys.modules[name] = None  # type: ignore[assignment]  # how Python marks what shall not be found
