"""Lexicon: the names, colours, cities, words and capitals that Seedling knows by heart."""

from recipe.table import table

_TABLE = table("lexicon")

NAMES: dict[str, list[str]] = _TABLE["names"]
COLOURS: dict[str, list[str]] = _TABLE["colours"]
CITIES: dict[str, list[str]] = _TABLE["cities"]
WORDS: list[str] = _TABLE["words"]
CAPITALS: dict[str, dict[str, str]] = _TABLE["capitals"]
"""Language, then country, to capital."""
