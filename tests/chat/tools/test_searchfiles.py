"""Search in attached files: the right passages first, with their places, and bounded."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.chat.tools.passages import BEFORE, SPAN, excerpt, passages, terms
from qwendesk.chat.tools.runnable import ERROR
from qwendesk.chat.tools.searchfiles import MOST, SearchFiles

FILLER = "Words without any meaning stand here. " * 40
CONTRACT = "\f".join(
    ["Title page", f"{FILLER}\nThe Refund policy: within 30 days.\n{FILLER}", "The end of the refund."]
)
NOTES = "one\ntwo\nthe policy of the house\nfour\n"
CHINESE = "第一章 安装。\n请先下载软件，然后双击安装程序。\n第二章 退款政策：三十天内可以退款。\n"
KOREAN = "서울에서 만나요.\n환불 정책은 삼십 일입니다.\n"
FILES = SearchFiles({"contract.pdf": CONTRACT, "notes.txt": NOTES, "手册.txt": CHINESE, "안내.txt": KOREAN})


def searched(query: str, **more: object) -> str:
    return FILES.run({"query": query, **more})


def heads(result: str) -> list[str]:
    return re.findall(r"^\[\d+\] (.*):$", result, re.MULTILINE)


def test_passages_with_more_and_rarer_words_come_first() -> None:
    result = searched("what is the refund POLICY?")
    assert heads(result)[:3] == ["contract.pdf, page 2", "contract.pdf, page 3", "notes.txt, line 3"]
    assert "The Refund policy: within 30 days." in result
    assert result.endswith(f"({len(heads(result))} of {len(heads(result))} passages)")


def test_lines_are_told_where_there_are_no_pages() -> None:
    assert heads(searched("house")) == ["notes.txt, line 3"]


def test_a_word_that_begins_with_the_query_comes_before_one_that_holds_it() -> None:
    files = SearchFiles({"a": "the concatenation", "b": "cats"})
    assert heads(files.run({"query": "cat"})) == ["b, line 1", "a, line 1"]


@pytest.mark.parametrize(
    ("query", "first", "text"),
    [
        ("退款政策", "手册.txt, line 3", "三十天内可以退款"),
        ("如何安装软件", "手册.txt, line 1", "双击安装程序"),
        ("退款", "手册.txt, line 3", "退款政策"),
        ("서울", "안내.txt, line 1", "서울에서"),
        ("환불 정책", "안내.txt, line 2", "환불 정책은"),
        ("정책을", "안내.txt, line 2", "환불 정책은"),
        ("환불".encode().decode(), "안내.txt, line 2", "환불"),
        ("\u1112\u116a\u11ab\u1107\u116e\u11af", "안내.txt, line 2", "환불"),
    ],
)
def test_scripts_that_write_no_words(query: str, first: str, text: str) -> None:
    result = searched(query)
    assert heads(result)[0] == first
    assert text in result


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Refund the refund", ("refund", "the")),
        ("安装软件", ("安装", "装软", "软件")),
        ("用Python写", ("用", "python", "写")),
        ("C++ ?!", ("c",)),
        ("?!", ("?!",)),
        (" \n", ()),
        ("", ()),
    ],
)
def test_terms(query: str, found: tuple[str, ...]) -> None:
    assert terms(query) == found


def test_one_file_can_be_searched() -> None:
    assert heads(searched("policy", file="notes.txt")) == ["notes.txt, line 3"]


def test_the_number_of_passages_is_limited() -> None:
    files = SearchFiles({"a": FILLER * 50})
    assert len(heads(files.run({"query": "meaning"}))) == 5
    assert len(heads(files.run({"query": "meaning", "limit": 2}))) == 2
    many = files.run({"query": "meaning", "limit": 9999})
    assert len(heads(many)) == MOST
    assert len(many) < (SPAN + BEFORE + 100) * MOST


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"query": "nowhere"}, "Nothing was found for nowhere. The attached files: contract.pdf, notes.txt,"),
        (
            {"query": "policy", "file": "other.txt"},
            f"{ERROR}no file has that name. The attached files: contract",
        ),
        ({"query": " "}, f"{ERROR}the query is empty"),
        ({}, f"{ERROR}the query is empty"),
    ],
)
def test_where_nothing_is_found_the_files_are_named(arguments: dict[str, object], told: str) -> None:
    assert FILES.run(arguments).startswith(told)


def test_of_many_files_some_are_named() -> None:
    result = SearchFiles({f"{one}.txt": "" for one in range(100)}).run({"query": "x"})
    assert result.endswith("19.txt and 80 more.")


def test_without_files() -> None:
    assert SearchFiles({}).run({"query": "x"}) == f"{ERROR}no files are attached"


def test_an_excerpt_is_cut_between_words() -> None:
    text = "alpha " * 200 + "needle " + "omega " * 200
    cut = excerpt(text, text.index("needle"))
    assert cut.startswith("…alpha")
    assert cut.endswith("omega…")
    assert "needle" in cut
    assert excerpt("a\fneedle\fb", 2) == "needle"
    assert len(excerpt("长" * 2000, 1000)) <= BEFORE + SPAN + 2


WORDS = st.lists(
    st.sampled_from(["refund", "Policy", "退款", "정책", "\f", "\n", " ", "ß", "İ", "a"]), max_size=60
)


@settings(deadline=None)
@given(
    WORDS.map("".join) | st.text(),
    st.text(max_size=30) | st.sampled_from(["refund", "退款政策", "a", "ss", "i̇"]),
)
def test_what_is_found_is_there(text: str, query: str) -> None:
    words = terms(query)
    for one in passages({"f": text}, words) if words else []:
        assert 0 <= one.at < len(text)
        assert one.words
        cut = excerpt(text, one.at)
        assert len(cut) <= BEFORE + SPAN + 2
        assert text[one.at] in cut or text[one.at].isspace()
    assert isinstance(SearchFiles({"f": text}).run({"query": query}), str)
