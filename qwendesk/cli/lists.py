"""Lists as one argument, with commas between their values: "512,4096"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from qwendesk.words import _

_MOST = 1 << 24


class _List(click.ParamType[Any]):
    """A value that stands there twice counts once."""

    def __init__(self) -> None:
        self.name = "list"

    @staticmethod
    def parts(value: str) -> list[str]:
        return list(dict.fromkeys(one.strip() for one in value.split(",")))


class Numbers(_List):
    """Whole numbers, each within a range."""

    def __init__(self, least: int, most: int = _MOST) -> None:
        super().__init__()
        self._least, self._most = least, most

    def convert(
        self, value: str | tuple[int, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        return tuple(self._number(one, param, ctx) for one in self.parts(value))

    def _number(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not text.isdecimal():
            self.fail(_("“{text}” is no whole number.").format(text=text), param, ctx)
        if not self._least <= (found := int(text)) <= self._most:
            told = _("{number} is not between {least} and {most}.")
            self.fail(told.format(number=found, least=self._least, most=self._most), param, ctx)
        return found


class Words(_List):
    """Words out of those that are known."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__()
        self._known = known

    def convert(
        self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        return tuple(self._word(one, param, ctx) for one in self.parts(value))

    def _word(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if text not in self._known:
            known = ", ".join(one for one in self._known if "/" not in one)
            self.fail(_("“{text}” is none of: {known}.").format(text=text, known=known), param, ctx)
        return text
