"""Rules: system messages, those that change the reply and those that must not."""

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.slot import plain
from recipe.table import table

_TABLE = table("lessons/rules")
RULES: dict[str, list[str]] = _TABLE["rules"]


def obeyed(rule: str, exchange: Exchange) -> Exchange:
    """The exchange as it must go under the rule."""
    answers = {
        "upper": plain(exchange.answer).upper(),
        "over": f"{exchange.answer} Over.",
        "brief": exchange.brief,
    }
    topic = exchange.topic or exchange.user
    return Exchange(exchange.user, exchange.thought, answers[rule], topic=topic)


def neutral(draw: Draw) -> str:
    """A system message that changes nothing; empty for none."""
    return "" if draw.chance(0.55) else draw.pick(_TABLE["neutral"])
