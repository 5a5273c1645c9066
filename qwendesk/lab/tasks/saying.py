"""What an answer says: its numbers, the choices that it names, what stands within its fence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

_WIDE = {ord("０") + digit: str(digit) for digit in range(10)} | {
    ord("−"): "-",
    ord("．"): ".",
    ord("，"): ",",
}
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])-?(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?")
_FENCE = re.compile(r"```[^\n`]*\n(.*?)\n?[ \t]*```", re.DOTALL)
_LETTER = "[A-Za-z0-9]"
_MOST_DIGITS = 400


def plain(answer: str) -> str:
    """Without space around it, composed: the same letters are the same text."""
    return unicodedata.normalize("NFC", answer).strip()


def numbers(answer: str) -> list[Decimal]:
    """Those in digits, in order; "1,234.5" is one, a full stop behind it is not part of it."""
    found = _NUMBER.findall(answer.translate(_WIDE))
    return [Decimal(one.replace(",", "")) for one in found if len(one) <= _MOST_DIGITS]


def named(answer: str, choices: Iterable[str]) -> set[str]:
    """The choices that the answer names, in lower case; "not sure" names neither "no" nor "sure thing".

    Of choices within one another the longest counts: who says "不是" does not say "是". Only Latin letters
    and digits need a border, because others are written without spaces between words.
    """
    longest_first = sorted(lowered(choices), key=len, reverse=True)
    pattern = "|".join(map(_bordered, longest_first))
    return set(re.findall(pattern, plain(answer).casefold())) - {""}


def lowered(choices: Iterable[str]) -> set[str]:
    """Choices as `named` names them."""
    return {plain(one).casefold() for one in choices} - {""}


def _bordered(choice: str) -> str:
    before = f"(?<!{_LETTER})" if re.match(_LETTER, choice) else ""
    after = f"(?!{_LETTER})" if re.match(_LETTER, choice[-1]) else ""
    return f"{before}{re.escape(choice)}{after}"


def unfenced(answer: str) -> str:
    """What stands in the first fenced block of Markdown, or else all of it."""
    found = _FENCE.search(answer)
    return (found[1] if found else answer).strip()
