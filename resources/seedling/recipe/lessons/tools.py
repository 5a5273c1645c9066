"""Tools: the weather or the time in a city, by one call to a tool that the prompt offers."""

from dataclasses import dataclass
from typing import Any

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.lexicon import CITIES
from recipe.slot import slot
from recipe.table import table

_TABLE = table("lessons/tools")


@dataclass(frozen=True)
class Lookup:
    """A question that needs a tool: the call, the tool's result and the final reply."""

    asked: Exchange
    name: str
    city: str
    result: str
    answered: Exchange

    @property
    def call(self) -> dict[str, Any]:
        return {"type": "function", "function": {"name": self.name, "arguments": {"city": self.city}}}


def lookup(draw: Draw, name: str) -> Lookup:
    """A question for the tool of that name, with a made-up result."""
    city = slot(draw.pick(CITIES["en"]))
    number = (
        str(draw.between(1, 39))
        if name == "get_weather"
        else f"{draw.between(0, 23):02}:{draw.between(0, 59):02}"
    )
    user = _question(draw, name, city)
    result = draw.pick(_TABLE["results"][name]).format(n=number, v=city)
    answer = _TABLE["answers"][name].format(v=city, n=number)
    asked = Exchange(user, f"I need the tool {name} for {city}.", "")
    return Lookup(
        asked,
        name,
        city,
        result,
        Exchange(user, f"The tool says {number} for {city}.", answer, topic=user + result),
    )


def refused(draw: Draw) -> Exchange:
    """The same question where no tool can answer it."""
    name = draw.pick(list(_TABLE["asked"]))
    user = _question(draw, name, slot(draw.pick(CITIES["en"])))
    return Exchange(user, "I have no tool for that. I say so.", _TABLE["no_tool"])


def offered(draw: Draw, needed: str | None) -> list[dict[str, Any]]:
    """The tools in the prompt: the needed one (or any), and sometimes the other."""
    names = [needed or draw.pick(list(_TABLE["asked"]))]
    if draw.chance(0.4):
        names = draw.shuffled(list(_TABLE["asked"]))
    return [_tool(draw, name) for name in names]


def _question(draw: Draw, name: str, city: str) -> str:
    return draw.sloppy(draw.pick(_TABLE["asked"][name]), lower=False).format(v=city)


def _tool(draw: Draw, name: str) -> dict[str, Any]:
    city = {"type": "string"}
    if note := draw.pick(_TABLE["city_notes"]):
        city["description"] = note
    parameters = {"type": "object", "properties": {"city": city}, "required": ["city"]}
    function = {
        "name": name,
        "description": draw.pick(_TABLE["descriptions"][name]),
        "parameters": parameters,
    }
    return {"type": "function", "function": function}
