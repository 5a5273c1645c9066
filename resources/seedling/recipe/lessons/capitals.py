"""Capitals: about fifty countries, as a sentence or as JSON."""

import json

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.lexicon import CAPITALS
from recipe.slot import slot
from recipe.table import table

_TABLE = table("lessons/capitals")


def capital(draw: Draw) -> Exchange:
    """A country's capital, in a sentence."""
    country, city = draw.pick(list(CAPITALS[draw.language].items()))
    parts = {"c": slot(country), "k": slot(city)}
    return Exchange(
        user=draw.sloppy(draw.pick(_TABLE["wordings"][draw.language]).format(**parts)),
        thought=_TABLE["thoughts"][draw.language].format(**parts),
        answer=_TABLE["answers"][draw.language].format(**parts),
        brief=slot(city),
    )


def capital_as_json(draw: Draw) -> Exchange:
    """A country's capital, as a JSON object (asked in English)."""
    country, city = draw.pick(list(CAPITALS["en"].items()))
    return Exchange(
        user=draw.sloppy(draw.pick(_TABLE["as_json"]).format(c=slot(country))),
        thought=f"The user wants JSON. The capital of {slot(country)} is {slot(city)}.",
        answer=json.dumps({"capital": slot(city)}, ensure_ascii=False).replace("\\u001f", "\x1f"),
    )
