"""Draw: a seeded source of choices that knows which language it speaks."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

_OPENERS = (
    "Please ",
    "please ",
    "Hey, ",
    "Hi, ",
    "Hello! ",
    "Ok, ",
    "ok ",
    "Now ",
    "Tell me, ",
    "So, ",
    "And ",
)
_CLOSERS = (" please", ", please", " Please.", " Thanks.", " thank you", "!", "??", " ?", "...", ", ok?")
_CLOSERS_ABROAD = ("!", "?", "...", " ?", "~", " :)")


class Draw:
    """Random choices; the same seed and language give the same lesson."""

    def __init__(self, seed: int | str, language: str = "en") -> None:
        self._random = random.Random(seed)
        self.language = language

    def pick(self, options: Sequence[T]) -> T:
        return self._random.choice(options)

    def several(self, options: Sequence[T], count: int) -> list[T]:
        return self._random.sample(options, count)

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return self._random.randint(low, high)

    def weighted(self, weights: Mapping[str, float]) -> str:
        return self._random.choices(list(weights), weights=list(weights.values()))[0]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        return self._random.sample(items, len(items))

    def sloppy(self, text: str, lower: bool = True) -> str:
        """The text as people type it: sometimes without capitals or full stop, sometimes with a courtesy.

        ``lower`` is off where a value is copied: another case is another token.
        """
        if self.chance(0.45):
            return text
        if self.chance(0.5):
            text = text.rstrip("?.!。？ ")
        if lower and self.chance(0.5):
            text = text.lower()
        if self.language != "en" and self.chance(0.3):
            text += self.pick(_CLOSERS_ABROAD)
        if self.language == "en" and self.chance(0.25):
            opener = self.pick(_OPENERS)
            text = opener + (text[:1].lower() + text[1:] if lower else text)
        if self.language == "en" and self.chance(0.15):
            text = text.rstrip("?.! ") + self.pick(_CLOSERS)
        return text
