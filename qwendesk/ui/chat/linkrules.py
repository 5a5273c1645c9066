"""Links and images for markdown-it, tried only where one can end: brackets alone take quadratic time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from markdown_it.rules_inline import image, link

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

MOST_FAILED = 100
"""Brackets of a paragraph that begin no link; after so many none does."""
_FAILED = -1
"""Beside the positions in markdown-it's own cache, which lives as long as the paragraph is read."""
_Rule = Callable[["StateInline", bool], bool]


def _where_it_can_end(rule: _Rule) -> _Rule:
    def guarded(state: StateInline, silent: bool) -> bool:
        failed = state.cache.get(_FAILED, 0)
        if failed >= MOST_FAILED or state.src.find("](", state.pos, state.posMax) < 0:
            return False
        found = rule(state, silent)
        if not found:
            state.cache[_FAILED] = state.cache.get(_FAILED, 0) + 1
        return found

    return guarded


def install(md: MarkdownIt) -> None:
    """Put the guarded rules in the places of the plain ones."""
    md.inline.ruler.at("link", _where_it_can_end(link))
    md.inline.ruler.at("image", _where_it_can_end(image))
