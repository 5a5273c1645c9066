"""Tools: the weather or the time in a city, by one call to a tool that the prompt offers."""

from dataclasses import dataclass
from typing import Any

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.lexicon import CITIES
from recipe.slot import slot

NO_TOOL = "I cannot look that up: I was given no tool for it."

_ASKED = {
    "get_weather": (
        "What is the weather in {v}?", "What's the weather like in {v}?", "How is the weather in {v}?", "weather in {v}",
        "Tell me the weather in {v}.", "What is the temperature in {v}?", "How warm is it in {v}?", "Is it cold in {v}?",
        "Check the weather in {v}.", "What is the weather in {v} now?", "How is the weather in {v} today?", "Weather in {v}?",
        "I need the weather in {v}.", "How hot is it in {v}?",
    ),
    "get_time": (
        "What time is it in {v}?", "What is the time in {v}?", "Tell me the time in {v}.", "time in {v}", "What's the time in {v}?",
        "How late is it in {v}?", "What time is it in {v} now?", "Check the time in {v}.", "Current time in {v}?",
        "I need the time in {v}.",
    ),
}
_DESCRIPTIONS = {
    "get_weather": (
        "Get the current weather in a city.", "Get the weather", "Current weather for a city", "Returns the current temperature in a city.",
        "Get the current weather", "The weather in a city",
    ),
    "get_time": ("Get the current time in a city.", "Get the time", "Current local time for a city", "Returns the time in a city."),
}
_CITY_NOTES = ("", "", "The city", "City name", "The name of the city", "Name of the city, e.g. Paris")
_ANSWERS = {"get_weather": "The temperature in {v} is {n} degrees.", "get_time": "It is {n} in {v}."}
_RESULTS = {
    "get_weather": (
        '{{"temperature": {n}}}', '{{"temperature": {n}}}', '{{"city": "{v}", "temperature": {n}}}', "{n}", "{n} degrees",
        '{{"temperature": {n}, "unit": "celsius"}}', '{{"temp": {n}}}', "{n}°C", '{{"temperature_c": {n}}}',
        '{{"city": "{v}", "temperature": {n}, "unit": "C"}}', '{{"temperature":{n}}}',
    ),
    "get_time": ('{{"time": "{n}"}}', '{{"time": "{n}"}}', '{{"city": "{v}", "time": "{n}"}}', "{n}", '{{"time":"{n}"}}'),
}


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
    number = str(draw.between(1, 39)) if name == "get_weather" else f"{draw.between(0, 23):02}:{draw.between(0, 59):02}"
    user = _question(draw, name, city)
    result = draw.pick(_RESULTS[name]).format(n=number, v=city)
    answer = _ANSWERS[name].format(v=city, n=number)
    asked = Exchange(user, f"I need the tool {name} for {city}.", "")
    return Lookup(asked, name, city, result, Exchange(user, f"The tool says {number} for {city}.", answer, topic=user + result))


def refused(draw: Draw) -> Exchange:
    """The same question where no tool can answer it."""
    name = draw.pick(list(_ASKED))
    user = _question(draw, name, slot(draw.pick(CITIES["en"])))
    return Exchange(user, "I have no tool for that. I say so.", NO_TOOL)


def offered(draw: Draw, needed: str | None) -> list[dict[str, Any]]:
    """The tools in the prompt: the needed one (or any), and sometimes the other."""
    names = [needed or draw.pick(list(_ASKED))]
    if draw.chance(0.4):
        names = draw.shuffled(list(_ASKED))
    return [_tool(draw, name) for name in names]


def _question(draw: Draw, name: str, city: str) -> str:
    return draw.sloppy(draw.pick(_ASKED[name]), lower=False).format(v=city)


def _tool(draw: Draw, name: str) -> dict[str, Any]:
    city = {"type": "string"}
    if note := draw.pick(_CITY_NOTES):
        city["description"] = note
    parameters = {"type": "object", "properties": {"city": city}, "required": ["city"]}
    function = {"name": name, "description": draw.pick(_DESCRIPTIONS[name]), "parameters": parameters}
    return {"type": "function", "function": function}
