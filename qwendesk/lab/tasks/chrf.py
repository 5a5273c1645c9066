"""chrF: how like a translation is to a reference, by the characters that they share.

Popović, "chrF: character n-gram F-score for automatic MT evaluation" (WMT 2015), with beta 2 as in her paper
of 2016 and in sacreBLEU, whose figures these are (its chrF2 with one sentence, divided by 100).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

ORDER = 6
BETA = 2


def chrf(answer: str, references: Iterable[str]) -> float:
    """The best score with any of the references, from 0 to 1. Spaces do not count."""
    return max(_one(_squeezed(answer), _squeezed(reference)) for reference in references)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _one(answer: str, reference: str) -> float:
    """chrF = (1 + beta²) · P · R / (beta² · P + R).

    P and R are means over the n-grams from 1 to 6 characters: the share of the answer's that the reference
    has, and of the reference's that the answer has. Lengths for which one text is too short are left out.
    """
    longest = min(ORDER, len(answer), len(reference))
    if longest == 0:
        return 0.0
    precision = recall = 0.0
    for length in range(1, longest + 1):
        mine, theirs = _ngrams(answer, length), _ngrams(reference, length)
        shared = (mine & theirs).total()
        precision += shared / mine.total()
        recall += shared / theirs.total()
    if precision + recall == 0:
        return 0.0
    precision, recall = precision / longest, recall / longest
    return (1 + BETA**2) * precision * recall / (BETA**2 * precision + recall)


def _ngrams(text: str, length: int) -> Counter[str]:
    return Counter(text[at : at + length] for at in range(len(text) - length + 1))
