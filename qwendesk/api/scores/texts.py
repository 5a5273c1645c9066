"""Texts that are to be embedded."""

from __future__ import annotations

from collections.abc import Sequence, Sized

from qwendesk.api.problem import Problem


def refuse_empty(texts: Sequence[Sized]) -> None:
    """Nothing has no meaning, and no vector. Raises Problem `text_empty` (number, counted from 1)."""
    for number, one in enumerate(texts, 1):
        if not len(one):
            raise Problem("text_empty", number=number)
