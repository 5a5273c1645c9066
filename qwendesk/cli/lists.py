"""Lists as one argument, with commas between their values: "512,4096"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from qwendesk.words.lists import numbers, words


class _List(click.ParamType[Any]):
    name = "list"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Any, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return self.read(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)

    def read(self, text: str) -> tuple[Any, ...]:
        """Raises ValueError with a sentence."""
        raise NotImplementedError


class Numbers(_List):
    """Whole numbers, each within a range."""

    def __init__(self, *limits: int) -> None:
        """The least, and the most if there is one."""
        super().__init__()
        self._limits = limits

    def read(self, text: str) -> tuple[int, ...]:
        return numbers(text, *self._limits)


class Words(_List):
    """Words out of those that are known."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__()
        self._known = known

    def read(self, text: str) -> tuple[str, ...]:
        return words(text, self._known)
