"""What an answer is worth, from 0 to 1."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from qwendesk.lab.tasks import saying
from qwendesk.lab.tasks.check import Check, Chrf, Exact, Json, Numeral, OneOf, Pattern, Python
from qwendesk.lab.tasks.chrf import chrf
from qwendesk.lab.tasks.code import shape
from qwendesk.lab.tasks.patterns import matches

LONGEST = 20_000
"""Characters of an answer that are looked at."""


def score(check: Check, answer: str) -> float:
    """1 for right and 0 for wrong; a translation's likeness between them. Raises Slow for a pattern."""
    answer = answer[:LONGEST]
    if isinstance(check, Chrf):
        return chrf(answer, check.references)
    return float(_is_right(check, answer))


def _is_right(check: Exact | Numeral | OneOf | Pattern | Json | Python, answer: str) -> bool:
    match check:
        case Exact():
            return _is_text(check, answer)
        case Numeral():
            return _is_number(check, answer)
        case OneOf():
            said = saying.named(answer, (*check.answers, *check.wrong))
            return bool(said) and said <= saying.lowered(check.answers)
        case Pattern():
            return matches(check.pattern, saying.plain(answer))
        case Json():
            return _is_json(check, answer)
        case Python():
            found = shape(saying.unfenced(answer))
            return found is not None and found in map(shape, check.answers)


def _is_text(check: Exact, answer: str) -> bool:
    said, wanted = saying.plain(answer), saying.plain(check.text)
    return said == wanted if check.case else said.casefold() == wanted.casefold()


def _is_number(check: Numeral, answer: str) -> bool:
    said = saying.numbers(answer)
    # Through their texts: 0.1 means a tenth, not the float next to it.
    wanted, tolerance = Decimal(str(check.value)), Decimal(str(check.tolerance))
    if not said or (check.alone and len(said) > 1):
        return False
    return abs(said[-1] - wanted) <= tolerance


def _is_json(check: Json, answer: str) -> bool:
    try:
        said = msgspec.json.decode((answer if check.bare else saying.unfenced(answer)).strip())
        return _same(said, check.value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON, where true is not 1 although Python says so."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
