"""Passages of texts that hold the words of a question."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

SPAN = 600
BEFORE = 160
MAX_TERMS = 32
PAGE = "\f"

_CJK = "\u1100-\u11ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_RUN = re.compile(rf"([{_CJK}]+)|[^\W{_CJK}]+")
_LETTER = re.compile(rf"[^\W{_CJK}]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A place with the words found there, each with 1 where a word begins with it, else less.

    Args:
        at: the offset of the first word in the text.
    """

    name: str
    at: int
    words: dict[str, float] = field(default_factory=dict)


def terms(query: str) -> tuple[str, ...]:
    """What to look for: words; in scripts that write none, pairs of neighbouring characters."""
    found: dict[str, None] = {}
    for run in _RUN.finditer(query.lower()):
        text = run.group()
        pairs = run.group(1) is not None and len(text) > 2
        found |= dict.fromkeys(text[at : at + 2] for at in range(len(text) - 1)) if pairs else {text: None}
    return tuple(found)[:MAX_TERMS] or tuple(filter(None, [query.strip().lower()]))


def passages(texts: Mapping[str, str], words: tuple[str, ...]) -> list[Passage]:
    """All passages, the best first: those with more of the words, and with the rarer ones."""
    longest = sorted(map(re.escape, words), key=len, reverse=True)
    pattern = re.compile(f"(?=({'|'.join(longest)}))", re.IGNORECASE)
    found = [one for name, text in texts.items() for one in _found(name, text, pattern)]
    common = Counter(word for one in found for word in one.words)
    total = 1 + sum(map(len, texts.values())) / SPAN

    def weight(passage: Passage) -> float:
        return sum(math.log(1 + total / common[word]) * part for word, part in passage.words.items())

    return sorted(found, key=weight, reverse=True)


def _found(name: str, text: str, pattern: re.Pattern[str]) -> Iterator[Passage]:
    current: Passage | None = None
    for match in pattern.finditer(text):
        at, word = match.start(), match.group(1).lower()
        if current is None or at >= current.at + SPAN or text.find(PAGE, current.at, at) >= 0:
            if current is not None:
                yield current
            current = Passage(name, at)
        part = 0.5 if at and _LETTER.match(text[at - 1]) and _LETTER.match(word) else 1.0
        current.words[word] = max(part, current.words.get(word, 0.0))
    if current is not None:
        yield current


def excerpt(text: str, at: int) -> str:
    """The text around an offset, within its page, cut between words."""
    begin = max(at - BEFORE, text.rfind(PAGE, 0, at) + 1, 0)
    stop = text.find(PAGE, at)
    end = min(at + SPAN, len(text) if stop < 0 else stop)
    before, behind = text[begin:at], text[at:end]
    if begin and text[begin - 1] not in "\n\f":
        space = re.search(r"\s", before)
        before = "…" + (before[space.end() :] if space else before)
    if end < len(text) and text[end] not in "\n\f":
        words = re.match(r"(.+)\s", behind, re.DOTALL)
        behind = (words.group(1) if words else behind) + "…"
    return (before + behind).strip()


def place(text: str, at: int) -> str:
    """Where an offset is: its page, where the text has pages, or its line."""
    if PAGE in text:
        return f"page {text.count(PAGE, 0, at) + 1}"
    line_ends = text.count("\n", 0, at)
    return f"line {line_ends + 1}"
