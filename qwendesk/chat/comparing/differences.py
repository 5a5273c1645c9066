"""Where an answer says something else than another one."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+|[^\w\s]|\s+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
Span = tuple[int, int]


def differences(base: str, other: str) -> list[Span]:
    """The parts of `other` (from, to) that `base` does not have there, in words; space is no difference.

    Chinese, Japanese and Korean are compared character by character: they have no spaces between words, or
    endings that are glued to them.
    """
    old, new = _words(base), _words(other)
    kept = SequenceMatcher(None, [word for _at, word in old], [word for _at, word in new], autojunk=False)
    found: list[Span] = []
    for what, _low, _high, low, high in kept.get_opcodes():
        if what in ("replace", "insert"):
            found.append((new[low][0], new[high - 1][0] + len(new[high - 1][1])))
    return found


def first_difference(base: str, other: str) -> int | None:
    """The number of words, from 1, at which they part; None where they say the same."""
    old, new = ([word for _at, word in _words(one)] for one in (base, other))
    for at, (mine, theirs) in enumerate(zip(old, new, strict=False), 1):
        if mine != theirs:
            return at
    return None if len(old) == len(new) else min(len(old), len(new)) + 1


def _words(text: str) -> list[tuple[int, str]]:
    """With the place where each begins."""
    found = []
    for match in _WORD.finditer(text):
        if match.group().isspace():
            continue
        found += [(match.start() + part.start(), part.group()) for part in _CJK.finditer(match.group())]
    return found
