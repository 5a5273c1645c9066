"""Samples: a long story for streaming, and one of each thing a chat window has to draw."""

from typing import Any

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.table import table

_STORY, *_SHOWN = table("lessons/samples")["sample"]


def story(draw: Draw) -> Exchange:
    """A reply of about 425 tokens that is always the same."""
    return _sample(draw, _STORY)


def rendering(draw: Draw) -> Exchange:
    """Code, a table, a list or a formula."""
    return _sample(draw, draw.pick(_SHOWN))


def _sample(draw: Draw, sample: dict[str, Any]) -> Exchange:
    user = draw.sloppy(draw.pick(sample["wordings"]))
    return Exchange(user, f"The user wants {sample['thing']}. I know one.", sample["answer"])
