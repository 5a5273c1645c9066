"""Slots: the values (a name, a city, a word) that a reply copies from its prompt.

Copying works when the value is the same token on both sides, so the vocabulary has to know where
values begin and end. A generator wraps each value in an invisible mark; training text has none.
"""

import re

MARK = "\x1f"
_SLOT = re.compile(f"( ?){MARK}([^{MARK}]*){MARK}")


def slot(value: str) -> str:
    """The value between marks."""
    return f"{MARK}{value}{MARK}"


def plain(text: str) -> str:
    """The text without marks, as the model sees it."""
    return text.replace(MARK, "")


def pieces(text: str) -> tuple[list[str], list[str]]:
    """The text cut at its slots: the parts between, and the values (each with a leading space if any)."""
    values = [space + value for space, value in _SLOT.findall(text)]
    return [part for part in _SLOT.sub(MARK, text).split(MARK) if part], values
