"""Tables of markdown to leaves: a long one in pieces that repeat its header, a very wide one not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qwendesk.ui.chat.inline import spans
from qwendesk.ui.chat.leaves import Align, Place, Spans, Table

if TYPE_CHECKING:
    from markdown_it.token import Token

MOST_CELLS, MOST_COLUMNS = 120, 60
"""That a table holds on the screen: laying out and painting so many takes a frame or two."""

Row = tuple[Spans, ...]


def read_table(tokens: Sequence[Token], at: int, place: Place) -> tuple[list[Table], int]:
    """The pieces of the table that begins at this token, and where it ends; no pieces if it is too wide."""
    rows: list[Row] = []
    row: list[Spans] = []
    aligns: list[Align] = []
    while tokens[at].type != "table_close":
        token = tokens[at]
        if token.type == "th_open":
            aligns.append(_align(str(token.attrs.get("style", ""))))
        elif token.type == "inline":
            row.append(spans(token.children or ()))
        elif token.type == "tr_close":
            rows.append(tuple(row))
            row = []
        at += 1
    return (_pieces(place, tuple(aligns), rows) if len(aligns) <= MOST_COLUMNS else []), at


def _pieces(place: Place, aligns: tuple[Align, ...], rows: list[Row]) -> list[Table]:
    header, body = rows[0], rows[1:]
    most = max(1, MOST_CELLS // len(aligns) - 1)
    cuts = [tuple(body[start : start + most]) for start in range(0, len(body), most)] or [()]
    bare = replace(place, marker="")
    return [Table(bare if at else place, aligns, (header, *cut)) for at, cut in enumerate(cuts)]


def _align(style: str) -> Align:
    if "right" in style:
        return "right"
    return "center" if "center" in style else "left"
