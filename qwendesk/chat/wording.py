"""Texts as the index of words wants them, and what people type as its language.

FTS5 splits at spaces; Chinese, Japanese and Korean write none. Each of their characters becomes a word of its
own, and a word of several is looked for as a phrase.
"""

from __future__ import annotations

import re

_ALONE = re.compile(
    "([\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])"
)
_PARTS = re.compile(r'"([^"]*)"|(\S+)')
_WORD = re.compile(r"\w", re.UNICODE)


def indexed(text: str) -> str:
    """With spaces around every ideograph, kana and syllable."""
    return _ALONE.sub(r" \1 ", text)


def match(typed: str) -> str:
    """FTS5's expression for all of these words, quoted ones as they stand; empty where there is no word.

    The last letters of a word need not be typed.
    """
    found = []
    for quoted, plain in _PARTS.findall(typed.replace("\0", " ").encode("utf-8", "replace").decode()):
        words = " ".join(indexed(quoted or plain).replace('"', " ").split())
        if _WORD.search(words):
            whole = bool(quoted) or _ALONE.search(words[-1]) is not None
            found.append(f'"{words}"' + ("" if whole else "*"))
    return " ".join(found)


def needles(typed: str) -> list[str]:
    """What to mark in a text that was found."""
    return [one for quoted, plain in _PARTS.findall(typed) if (one := (quoted or plain).strip().casefold())]


def excerpt(text: str, typed: str, around: int = 60) -> str:
    """One line around the first of the words."""
    folded = text.casefold()
    places = [at for one in needles(typed) if (at := folded.find(one)) >= 0]
    at = min(places, default=0)
    start = max(0, at - around)
    cut = " ".join(text[start : at + 3 * around].split())
    return ("…" if start else "") + cut + ("…" if at + 3 * around < len(text) else "")
