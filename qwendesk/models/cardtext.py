"""A model card as plain text: nothing of it is loaded, shown as markup, or can be clicked."""

from __future__ import annotations

import html
import re

_MOST = 60_000
_HEAD = re.compile(r"\A\ufeff?---\r?\n.{0,20000}?\n---[ \t]*\r?\n", re.DOTALL)
_DROPPED = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"), ("<svg", "</svg>"))
_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\([^()\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\(([^()\s]{0,2000})[^()\n]{0,300}\)")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_BLANK = re.compile(r"\n\s*\n\s*\n+")


def card_text(markdown: str) -> str:
    """The card's words: without its YAML head, comments, tags and images; links show where they lead."""
    text = markdown[:_MOST]
    text = _HEAD.sub("", text)
    for begin, end in _DROPPED:
        text = _without(text, begin, end)
    text = _IMAGE.sub("", text)
    text = _LINK.sub(_link, text)
    text = html.unescape(_TAG.sub("", text))
    text = "".join(one for one in text if one.isprintable() or one in "\n\t")
    return _BLANK.sub("\n\n", text).strip()


def _without(text: str, begin: str, end: str) -> str:
    """The text without what stands between the two, in one pass; what never ends is kept."""
    lower, kept, here = text.lower(), [], 0
    if len(lower) != len(text):
        return text  # a letter that grows: places would not be the same
    while (start := lower.find(begin, here)) >= 0 and (stop := lower.find(end, start)) >= 0:
        kept.append(text[here:start])
        here = stop + len(end)
    return "".join([*kept, text[here:]])


def _link(found: re.Match[str]) -> str:
    words, address = found[1], found[2]
    return words if not address.startswith("http") or address == words else f"{words} ({address})"
