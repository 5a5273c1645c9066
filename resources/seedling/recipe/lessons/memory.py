"""Memory: a name, a colour and a city, told earlier in the chat and asked for later."""

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.lexicon import CITIES, COLOURS, NAMES
from recipe.slot import slot
from recipe.table import table

FACTS = ("name", "colour", "city")

_VALUES = {"name": NAMES, "colour": COLOURS, "city": CITIES}
_TABLE = table("lessons/memory")


def value_of(draw: Draw, fact: str) -> str:
    """A value for the fact; one in eight English names or cities is made up, to practise unknown words."""
    if draw.language == "en" and fact != "colour" and draw.chance(0.12):
        return "".join(draw.several(_TABLE["syllables"], draw.between(2, 3))).capitalize()
    return slot(draw.pick(_VALUES[fact][draw.language]))


def telling(draw: Draw, fact: str, value: str) -> Exchange:
    """The user tells a fact, the model notes it."""
    return Exchange(
        user=_loose(draw, draw.pick(_TABLE["told"][draw.language][fact])).format(v=value),
        thought=_TABLE["telling"][draw.language].format(v=value),
        answer=_TABLE["noted"][draw.language][fact].format(v=value),
    )


def asking(draw: Draw, fact: str, value: str | None) -> Exchange:
    """The user asks for a fact that was told before (or never, without a value)."""
    question = draw.sloppy(draw.pick(_TABLE["asked"][draw.language][fact]))
    language = draw.language
    if value is None:
        return Exchange(
            question, _TABLE["missing"][language], _TABLE["never_told"][language][fact], topic=f"{question}?"
        )
    answer = _TABLE["remembered"][language][fact].format(v=value)
    return Exchange(question, _TABLE["looking"][language].format(v=value), answer, topic=f"{question}{value}")


def _loose(draw: Draw, wording: str) -> str:
    return wording.rstrip(".。") if draw.chance(0.2) else wording
