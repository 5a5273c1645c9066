"""Desk: questions about QwenDesk itself and the words it uses."""

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.table import table

_TABLE = table("lessons/desk")


def desk(draw: Draw) -> Exchange:
    """A question about QwenDesk."""
    known = draw.pick(_TABLE[draw.language])
    return Exchange(
        draw.sloppy(draw.pick(known["wordings"])), _TABLE["thoughts"][draw.language], known["answer"]
    )
