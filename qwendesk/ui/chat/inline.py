"""Inline markdown tokens to spans. Images and odd addresses become text that says where they point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from qwendesk.ui.chat.leaves import Span, Spans

if TYPE_CHECKING:
    from markdown_it.token import Token

_SCHEMES = ("http://", "https://", "mailto:")
_LONGEST_ADDRESS = 200
_LOOKS = {"strong": "bold", "em": "italic", "s": "strike"}


def spans(tokens: Iterable[Token]) -> Spans:
    """Neighbouring text of one look is one span; a line break is "\\n" in its text."""
    reader = _Inline()
    for token in tokens:
        reader.take(token)
    return tuple(reader.found)


class _Inline:
    def __init__(self) -> None:
        self.found: list[Span] = []
        self._look = Span("")
        self._depth = dict.fromkeys(_LOOKS.values(), 0)
        self._address = ""

    def take(self, token: Token) -> None:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in _LOOKS:
            self._turn(_LOOKS[name], token.nesting)
        elif token.type == "link_open":
            self._open_link(str(token.attrs.get("href", "")))
        elif token.type == "link_close":
            self._close_link()
        elif token.type in ("softbreak", "hardbreak"):
            self._add("\n")
        elif token.type == "code_inline":
            self._add(token.content, mono=True)
        elif token.type == "math_inline":
            self.found.append(replace(self._look, text=token.content, maths=True))
        elif token.type == "image":
            self._add(f"{token.content or ''} ({_short(str(token.attrs.get('src', '')))})".strip())
        else:
            self._add(token.content)

    def _turn(self, look: str, nesting: int) -> None:
        self._depth[look] += nesting
        self._look = Span(
            "",
            self._depth["bold"] > 0,
            self._depth["italic"] > 0,
            self._depth["strike"] > 0,
            link=self._look.link,
        )

    def _open_link(self, address: str) -> None:
        self._address = address
        if address.lower().startswith(_SCHEMES):
            self._look = replace(self._look, link=address)

    def _close_link(self) -> None:
        if not self._look.link and self._address:
            self._add(f" ({_short(self._address)})")
        self._look, self._address = replace(self._look, link=""), ""

    def _add(self, text: str, mono: bool = False) -> None:
        if not text:
            return
        span = replace(self._look, text=text, mono=mono)
        last = self.found[-1] if self.found else None
        if last is not None and not last.maths and replace(last, text=text) == span:
            self.found[-1] = replace(last, text=last.text + text)
        else:
            self.found.append(span)


def _short(address: str) -> str:
    return address if len(address) <= _LONGEST_ADDRESS else address[:_LONGEST_ADDRESS] + "…"
