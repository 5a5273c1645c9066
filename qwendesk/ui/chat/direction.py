"""Which way a paragraph runs: as its first strong character does, that of Unicode's bidirectional algorithm.

Code and formulas say nothing about the language around them.
"""

from __future__ import annotations

from unicodedata import bidirectional

from qwendesk.ui.chat.leaves import Spans


def right_to_left(spans: Spans) -> bool:
    """Arabic, Hebrew and their relatives."""
    for span in spans:
        if span.mono or span.maths:
            continue
        for char in span.text:
            kind = bidirectional(char)
            if kind in ("R", "AL"):
                return True
            if kind == "L":
                return False
    return False
