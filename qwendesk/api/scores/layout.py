"""How a reference file is laid out; without numpy, so that its size can be told anywhere."""

from __future__ import annotations

MAGIC = b"_logits_"
HEAD = len(MAGIC) + 3 * 4


def first_scored(window: int) -> int:
    """The format leaves no choice: the second half of each window."""
    return window // 2 + 1


def row_bytes(vocabulary: int) -> int:
    """What one scored token takes."""
    return 2 * (2 * ((vocabulary + 1) // 2) + 4)


def file_bytes(tokens: int, window: int, vocabulary: int) -> int:
    """The whole file for a text of so many tokens; what does not fill a window is left out."""
    windows = tokens // window
    return HEAD + 4 * windows * window + windows * (window - first_scored(window)) * row_bytes(vocabulary)
