"""Rows of formulas, measured only where something in them stretches.

ziamath lays every row out twice, once to learn how tall its brackets must be: rows in rows take twice the
time with each level. Most rows hold nothing that stretches.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from xml.etree.ElementTree import Element  # made by ziamath

from ziamath import operators
from ziamath.nodes.mrow import Mrow

from qwendesk.ui.chat.glyphs import FormulaFont

_ROWS = frozenset({"mrow", "mtd", "mtable", "math"})
_FORMS = ("prefix", "infix", "postfix", "none")


class Row(Mrow, tag="mrow"):
    """Takes the place of ziamath's own by its name."""

    def _setup(self, **kwargs: Any) -> None:
        if isinstance(self.font, FormulaFont):
            self.font.spend()
        super()._setup(**kwargs)

    def _get_height_nostretch(self, line: list[Element], **kwargs: Any) -> tuple[float, float]:
        if any(_stretches(child) for child in line):
            return super()._get_height_nostretch(line, **kwargs)
        return 0.0, 0.0


def _stretches(element: Element) -> bool:
    """Whether an operator takes its height from this row; rows inside measure themselves."""
    if element.tag == "mo":
        told = element.get("stretchy")
        return told != "false" if told else _is_stretchy((element.text or "").strip())
    return element.tag not in _ROWS and any(_stretches(child) for child in element)


@cache
def _is_stretchy(operator: str) -> bool:
    params = (operators.get_params(operator, form) for form in _FORMS)
    return any(one.get("stretchy", "false") != "false" for one in params)
