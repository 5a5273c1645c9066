"""A guard against references that PySide6 6.12 loses on Python 3.11.

Its wheels are compiled as if None, True, False and NotImplemented were immortal (PEP 683, Python 3.12):
every method without a result takes one reference from None, every `Signal.emit` one from True. On 3.11
the process aborts with "none_dealloc" or "bool_dealloc" after some thousand calls. Seen with
PySide6-Essentials 6.12.0 and measured by `sys.getrefcount` around the calls; harmless elsewhere.
"""

from __future__ import annotations

import sys

_ENOUGH = 1 << 40
"""References that no session uses up."""


def keep_constants() -> None:
    """Give the constants as many references as PEP 683 would, where it does not hold yet."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    import ctypes

    for constant in (None, True, False, NotImplemented):
        # ob_refcnt is the first field of every object, in the 64-bit builds that Qt has wheels for.
        references = ctypes.c_ssize_t.from_address(id(constant))
        if references.value < _ENOUGH:
            references.value += _ENOUGH
