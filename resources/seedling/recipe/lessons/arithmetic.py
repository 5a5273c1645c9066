"""Arithmetic: sums and differences of numbers from 0 to 99."""

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.table import table

SHOWN = (23, "+", 45)
"""The sum that tests and documents ask for: always taught, never held out."""

_TABLE = table("lessons/arithmetic")


def arithmetic(draw: Draw) -> Exchange:
    """A sum or a difference that is not negative, in any wording."""
    a, sign, b = _problem(draw)
    parts = {"a": a, "b": b, "s": sign, "w": _TABLE["spoken"][draw.language][sign], "r": _result(a, sign, b)}
    return Exchange(
        user=draw.sloppy(draw.pick(_TABLE["wordings"][draw.language]).format(**parts)),
        thought=_thought(a, sign, b),
        answer=_TABLE["answers"][draw.language].format(**parts),
        topic="the shown sum" if (a, sign, b) == SHOWN else f"{a}{sign}{b}",
    )


def _problem(draw: Draw) -> tuple[int, str, int]:
    if draw.chance(0.01):
        return SHOWN
    top = 99 if draw.chance(0.8) else 20
    a, b = draw.between(0, top), draw.between(0, top)
    if draw.chance(0.5):
        return a, "+", b
    return max(a, b), "-", min(a, b)


def _result(a: int, sign: str, b: int) -> int:
    return a + b if sign == "+" else a - b


def _thought(a: int, sign: str, b: int) -> str:
    """Column by column, as at school."""
    a1, a0, b1, b0 = a // 10, a % 10, b // 10, b % 10
    if sign == "+":
        ones, carry = a0 + b0, (a0 + b0) // 10
        tens = f"Tens: {a1} + {b1} + {carry} = {a1 + b1 + carry}."
        return f"Add {a} and {b}. Ones: {a0} + {b0} = {ones}, carry {carry}. {tens} So {a + b}."
    borrow = int(a0 < b0)
    ones = a0 + 10 * borrow - b0
    tens = f"Tens: {a1} - {b1} - {borrow} = {a1 - b1 - borrow}."
    return f"Take {b} from {a}. Ones: {a0 + 10 * borrow} - {b0} = {ones}, borrow {borrow}. {tens} So {a - b}."
