"""Counting: from 1 to a number, so that a reply of a known length can be asked for."""

from recipe.draw import Draw
from recipe.exchange import Exchange

_WORDINGS = (
    "Count to {n}", "Count to {n}.", "Count from 1 to {n}.", "Count from 1 to {n}", "Can you count to {n}?", "Please count to {n}.",
    "List the numbers from 1 to {n}.", "Write the numbers 1 to {n}.", "Count up to {n}.", "Say the numbers from 1 to {n}.",
    "Numbers from 1 to {n}", "Show me the numbers from 1 to {n}.", "count 1 to {n}", "I want you to count to {n}.",
)


def counting(draw: Draw) -> Exchange:
    """The numbers from 1 to 3..20, with commas."""
    last = draw.between(5, 15) if draw.chance(0.75) else draw.between(2, 20)
    numbers = ", ".join(str(number) for number in range(1, last + 1))
    return Exchange(
        user=draw.sloppy(draw.pick(_WORDINGS).format(n=last)),
        thought=f"I count from 1 and stop at {last}.",
        answer=f"{numbers}.",
    )
