"""Streaming in any cuts ends with the same leaves as the whole text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.ui.chat.leaves import Code, Leaf, Prose, Table, plain
from qwendesk.ui.chat.markdown import parse
from qwendesk.ui.chat.splitter import Splitter

_TEXT = ["a", "b ", " ", "  ", "    ", "\t", "\n", "\n\n", "\r\n", "\\", "中文。", "<b>", "<!-- "]
_BLOCKS = ["- ", "* ", "+ ", "1. ", "2) ", "7. ", "> ", "#", "# ", "---\n", "===\n", "[f]: /u\n"]
_FENCES = ["```", "```py\n", "~~~\n", "`", "``", "| a | b |\n", "|---|--:|\n", "|"]
_SPANS = ["**", "_", "~~", "$$\n", "$x_1$", "\\[\n", "\\]\n", "\\(", "\\)", "[x](y)", "![i](h)"]
_WORDS = st.sampled_from([*_TEXT, *_BLOCKS, *_FENCES, *_SPANS])
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


@settings(max_examples=300, deadline=None)
@given(_TEXTS, st.lists(st.integers(0, 10_000), max_size=12))
def test_any_cuts_give_the_same_leaves(text: str, places: list[int]) -> None:
    assert stream(cut(text, places)) == stream([text])


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
def test_block_by_block_is_what_the_parser_reads_at_once(text: str) -> None:
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = [
        leaf for part in parse(normal if normal.endswith("\n") else normal + "\n") for leaf in part.leaves
    ]
    assert stream(list(text)) == whole


def test_an_open_block_is_shown_while_it_grows() -> None:
    splitter = Splitter()
    splitter.feed("one\n\ntw")
    assert [plain(leaf) for leaf in splitter.take()] == []
    assert [plain(leaf) for leaf in splitter.open] == ["one", "tw"]
    splitter.feed("o\n")
    assert [plain(leaf) for leaf in splitter.take()] == ["one"]
    assert [plain(leaf) for leaf in splitter.open] == ["two"]


def test_a_long_code_block_comes_in_pieces_that_join_exactly() -> None:
    source = "".join(f"line {at}\n" + ("\n" if at % 7 == 0 else "") for at in range(5000))
    leaves = [leaf for leaf in stream(["```py\n", source, "```\n"]) if isinstance(leaf, Code)]
    assert len(leaves) > 50
    assert "".join(leaf.text for leaf in leaves) == source
    assert [leaf.first for leaf in leaves] == [True] + [False] * (len(leaves) - 1)
    assert [leaf.last for leaf in leaves] == [False] * (len(leaves) - 1) + [True]
    assert max(leaf.text.count("\n") for leaf in leaves) <= 48


def test_no_leaf_is_ever_gigantic() -> None:
    row = "| a | b |\n"
    monsters = ["word " * 20_000, "x" * 100_000, "| h | i |\n|---|---|\n" + row * 5000, "> quote\n" * 9000]
    for monster in monsters:
        leaves = stream([monster])
        assert max(len(plain(leaf)) for leaf in leaves) <= 8200
        assert (
            sum(len(plain(leaf).replace(" ", "")) for leaf in leaves) >= len(monster.replace(" ", "")) * 0.2
        )


def test_a_long_table_repeats_its_header() -> None:
    leaves = stream(["| h | i |\n|---|---|\n" + "| a | b |\n" * 2000])
    assert len(leaves) > 2
    headers = {leaf.rows[0] for leaf in leaves if isinstance(leaf, Table)}
    assert len(headers) == 1
    assert all(isinstance(leaf, Table) for leaf in leaves)


def test_numbers_go_on_through_a_list_that_streams() -> None:
    leaves = stream(list("1. one\n1. two\n\n   more\n1. three\n"))
    markers = [leaf.place.marker for leaf in leaves if isinstance(leaf, Prose)]
    assert markers == ["1.", "2.", "", "3."]
