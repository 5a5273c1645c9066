"""Lists that people type, with commas between their values: "512,4096".

A value that stands there twice counts once. What is wrong with one is the text of a ValueError.
"""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.words import _

_MOST = 1 << 24


def numbers(text: str, least: int, most: int = _MOST) -> tuple[int, ...]:
    """Whole numbers, each within the range."""
    return tuple(_number(one, least, most) for one in _parts(text))


def _number(text: str, least: int, most: int) -> int:
    if not text.isdecimal():
        raise ValueError(_("“{text}” is no whole number.").format(text=text))
    if not least <= (found := int(text)) <= most:
        told = _("{number} is not between {least} and {most}.")
        raise ValueError(told.format(number=found, least=least, most=most))
    return found


def words(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Words out of those that are known."""
    found = tuple(_parts(text))
    for one in found:
        if one not in known:
            told = ", ".join(one for one in known if "/" not in one)
            raise ValueError(_("“{text}” is none of: {known}.").format(text=one, known=told))
    return found


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in text.split(",")))
