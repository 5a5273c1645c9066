"""Streaming in any cuts ends with the same leaves as the whole text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.ui.chat.leaves import Leaf
from qwendesk.ui.chat.markdown import parse
from qwendesk.ui.chat.splitter import Splitter

_WORDS = st.sampled_from(
    [
        "a",
        "b ",
        " ",
        "  ",
        "    ",
        "\t",
        "\n",
        "\n\n",
        "\r\n",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "2) ",
        "7. ",
        "> ",
        "#",
        "# ",
    ]
    + [
        "```",
        "```py\n",
        "~~~\n",
        "`",
        "``",
        "**",
        "_",
        "~~",
        "---\n",
        "===\n",
        "| a | b |\n",
        "|---|--:|\n",
        "|",
    ]
    + [
        "$$\n",
        "$x_1$",
        "\\[\n",
        "\\]\n",
        "\\(",
        "\\)",
        "[x](y)",
        "![i](h)",
        "<b>",
        "<!-- ",
        "[f]: /u\n",
        "\\",
        "中文。",
    ]
)
_TEXTS = st.lists(_WORDS, max_size=40).map("".join)


def stream(pieces: list[str]) -> list[Leaf]:
    splitter = Splitter()
    for piece in pieces:
        splitter.feed(piece)
    splitter.close()
    return splitter.take()


def cut(text: str, places: list[int]) -> list[str]:
    marks = sorted({place % (len(text) + 1) for place in places})
    return [text[a:b] for a, b in zip([0, *marks], [*marks, len(text)], strict=True)]


@settings(max_examples=600, deadline=None)
@given(_TEXTS, st.lists(st.integers(0, 10_000), max_size=12))
def test_any_cuts_give_the_same_leaves(text: str, places: list[int]) -> None:
    assert stream(cut(text, places)) == stream([text])


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_block_by_block_is_what_the_parser_reads_at_once(text: str) -> None:
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = [
        leaf for part in parse(normal if normal.endswith("\n") else normal + "\n") for leaf in part.leaves
    ]
    assert stream(list(text)) == whole
