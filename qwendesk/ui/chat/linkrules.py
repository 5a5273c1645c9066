"""Links and images for markdown-it, tried only where one can end: brackets alone take quadratic time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from markdown_it.rules_inline import image, link

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_Rule = Callable[["StateInline", bool], bool]


def _where_it_can_end(rule: _Rule) -> _Rule:
    def guarded(state: StateInline, silent: bool) -> bool:
        return state.src.find("](", state.pos, state.posMax) >= 0 and rule(state, silent)

    return guarded


def install(md: MarkdownIt) -> None:
    """Put the guarded rules in the places of the plain ones."""
    md.inline.ruler.at("link", _where_it_can_end(link))
    md.inline.ruler.at("image", _where_it_can_end(image))
