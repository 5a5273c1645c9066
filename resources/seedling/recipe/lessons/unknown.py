"""Unknown: questions that Seedling cannot answer, and its plain way of saying so."""

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.table import table

_TABLE = table("lessons/unknown")


def unknown(draw: Draw) -> Exchange:
    """A question out of scope, and the reply that says so."""
    return Exchange(
        draw.sloppy(_question(draw)), _TABLE["thoughts"][draw.language], _TABLE["answer"][draw.language]
    )


def _question(draw: Draw) -> str:
    if draw.language != "en" or draw.chance(0.2):
        return str(draw.pick(_TABLE["fixed"][draw.language]))
    topic, other = draw.several(_TABLE["topics"], 2)
    wording: str = draw.pick(_TABLE["wordings"])
    return wording.format(
        e=draw.pick(_TABLE["events"]),
        t=topic,
        u=other,
        y=draw.between(1500, 2030),
        n=draw.between(2, 999),
        m=draw.between(2, 99),
    )
