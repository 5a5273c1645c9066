"""Words: repeat two or three words, or reverse their order."""

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.lexicon import WORDS
from recipe.slot import slot
from recipe.table import table

_TABLE = table("lessons/words")


def words(draw: Draw) -> Exchange:
    """Two or three words, repeated or reversed; the reply keeps each word's leading space."""
    chosen = [slot(word) for word in draw.several(WORDS, draw.between(2, 3))]
    backwards = draw.chance(0.5)
    asked = (", " if draw.chance(0.3) else " ").join(chosen)
    result = " ".join(reversed(chosen) if backwards else chosen)
    user = draw.pick(_TABLE["reverse" if backwards else "repeat"]).format(w=asked)
    act = "Reversed" if backwards else "Repeated"
    return Exchange(
        user=user + "." if draw.chance(0.2) else user,
        thought=f"The words are {' '.join(chosen)}. {act}: {result}.",
        answer=f"Result: {result}",
    )
