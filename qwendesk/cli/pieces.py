"""Tokens as data and as people see them: special ones marked, parts of characters as bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click

from qwendesk.api.pieces import Piece, Rendered
from qwendesk.cli.terminal import harmless


def as_data(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """What `--json` prints; `bytes`, in hexadecimal, stand only where they are no text by themselves."""
    return [_as_data(one) for one in pieces]


def _as_data(piece: Piece) -> dict[str, Any]:
    text = piece.text
    inside = {"bytes": piece.data.hex()} if text is None else {}
    return {"id": piece.id, "text": text, **inside, "special": piece.special}


def listed(pieces: Sequence[Piece]) -> Iterator[str]:
    """A line for each token: its id, then its text in quotes; special ones are marked, bytes are in hex."""
    width = max((len(str(one.id)) for one in pieces), default=0)
    for piece in pieces:
        yield f"{piece.id:>{width}}  {_shown(piece)}"


def _shown(piece: Piece) -> str:
    text = piece.text
    if text is None:
        return piece.data.hex(" ")
    return _marked(text) if piece.special else harmless(json.dumps(text, ensure_ascii=False))


def painted(rendered: Rendered) -> str:
    """The prompt for a terminal: harmless, its special tokens marked."""
    if b"".join(one.data for one in rendered.pieces) != rendered.text.encode():
        return harmless(rendered.text)  # a tokenizer that does not keep the text to the letter
    return "".join(_runs(rendered.pieces))


def _runs(pieces: Sequence[Piece]) -> Iterator[str]:
    plain = b""
    for piece in pieces:
        if piece.special:
            yield harmless(plain.decode("utf-8", "replace")) + _marked(piece.data.decode("utf-8", "replace"))
            plain = b""
        else:
            plain += piece.data
    yield harmless(plain.decode("utf-8", "replace"))


def _marked(text: str) -> str:
    return click.style(harmless(text), fg="cyan", bold=True)
