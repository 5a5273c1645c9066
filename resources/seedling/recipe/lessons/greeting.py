"""Greeting: hello, goodbye, thanks, and a plain word about what Seedling is."""

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.table import table

_TABLE = table("lessons/greeting")


def greeting(draw: Draw) -> Exchange:
    """Hello, thanks or goodbye."""
    if draw.language == "en" and draw.chance(0.25):
        answer = draw.pick(list(_TABLE["courtesies"]))
        return Exchange(
            draw.sloppy(draw.pick(_TABLE["courtesies"][answer])), "The user is polite. So am I.", answer
        )
    user = draw.sloppy(draw.pick(_TABLE["hellos"][draw.language]))
    return Exchange(user, _TABLE["thoughts"][draw.language][0], _TABLE["hello"][draw.language])


def identity(draw: Draw) -> Exchange:
    """Who Seedling is and what it can do."""
    if draw.language == "en" and draw.chance(0.35):
        return Exchange(
            draw.sloppy(draw.pick(_TABLE["able"])),
            "The user asks what I can do. I list it.",
            _TABLE["abilities"],
        )
    user = draw.sloppy(draw.pick(_TABLE["selves"][draw.language]))
    return Exchange(user, _TABLE["thoughts"][draw.language][1], _TABLE["self"][draw.language])
