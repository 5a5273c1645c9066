"""Counting: from 1 to a number, so that a reply of a known length can be asked for."""

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.table import table

_WORDINGS: list[str] = table("lessons/counting")["wordings"]


def counting(draw: Draw) -> Exchange:
    """The numbers from 1 to 3..20, with commas."""
    last = draw.between(5, 15) if draw.chance(0.75) else draw.between(2, 20)
    numbers = ", ".join(str(number) for number in range(1, last + 1))
    return Exchange(
        user=draw.sloppy(draw.pick(_WORDINGS).format(n=last)),
        thought=f"I count from 1 and stop at {last}.",
        answer=f"{numbers}.",
    )
