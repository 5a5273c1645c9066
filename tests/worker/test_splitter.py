from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qwendesk.api.messages import Tool, ToolCall
from qwendesk.api.problem import Note
from qwendesk.api.reply import Resplit
from qwendesk.worker.decoder import Utf8Decoder
from qwendesk.worker.splitter import Piece, Splitter

CALL = '<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>'
BARE = "<function=f>\n<parameter=a>\n1\n</parameter>\n</function>"
OFFERED = (Tool("f", ""), Tool("ff", ""))
XML = "<tool_call>\n<function=f>\n<parameter=a>\n1\n</parameter>\n</function>\n</tool_call>"


@dataclass
class Split:
    reasoning: str = ""
    answer: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            match piece:
                case Resplit():
                    self.reasoning, self.answer, self.calls, self.notes = piece.reasoning, "", [], []
                case ToolCall():
                    self.calls.append(piece)
                case Note():
                    self.notes.append(piece.id)
                case ("reasoning", text):
                    self.reasoning += text
                case (_, text):
                    self.answer += text


def split(pieces: list[str], *, cut: bool = False, **how: Any) -> Split:
    splitter, result = Splitter(**how), Split()
    for one in pieces:
        result.add(splitter.feed(one))
    result.add(splitter.finish(cut=cut))
    return result


def both(text: str, **how: Any) -> tuple[str, str]:
    """Reasoning and answer, the same for the whole text and for single characters."""
    whole, single = split([text], **how), split(list(text), **how)
    assert whole == single
    return whole.reasoning, whole.answer


@pytest.mark.parametrize(
    ("text", "how", "expected"),
    [
        ("Hello", {}, ("", "Hello")),
        ("\n\nHello\n", {"closed": True}, ("", "Hello\n")),
        ("<think>\nWell\n</think>\n\nHello", {}, ("Well", "Hello")),
        (" \n<think>\n\nWell\n\nyes\n</think>\n\nHello", {}, ("Well\n\nyes", "Hello")),
        ("Well\n</think>\n\nHello", {"opened": True}, ("Well", "Hello")),
        ("<think>\nWell\n</think>\n\nHello", {"opened": True}, ("Well", "Hello")),
        ("<think>\nWell\n</think>\n\nHello", {"closed": True}, ("Well", "Hello")),
        ("Well\n</think>\n\nHello", {}, ("Well", "Hello")),
        ("</think>\n\nHello", {}, ("", "Hello")),
        ("a </think> b", {"closed": True}, ("", "a </think> b")),
        ("Say <think> and go", {}, ("", "Say <think> and go")),
        ("<thinking is hard", {}, ("", "<thinking is hard")),
        ("<thi", {}, ("", "<thi")),
        ("  ", {}, ("", "  ")),
        ("", {"opened": True}, ("", "")),
        ("<think>\nWell, so", {"cut": True}, ("Well, so", "")),
        ("<think>\nWell </thi", {"cut": True}, ("Well </thi", "")),
        ("<think>a</think>b</think>c", {}, ("a", "b</think>c")),
        ("1 < 2 and 3<4", {}, ("", "1 < 2 and 3<4")),
    ],
)
def test_reasoning_and_answer(text: str, how: dict[str, Any], expected: tuple[str, str]) -> None:
    assert both(text, **how) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>The tag `</think>` ends it.\n</think>\n\nHi", ("The tag `</think>` ends it.", "Hi")),
        ("<think>``a ` </think>`` b</think>Hi", ("``a ` </think>`` b", "Hi")),
        ("<think>A stray ` here </think>\n\nHi `x`", ("A stray ` here ", "Hi `x`")),
        ("<think>A stray ` here\n</think>\n\nHi `x`", ("A stray ` here", "Hi `x`")),
        ("<think>\n```\n</think>\n```\nyes\n</think>\n\nHi", ("```\n</think>\n```\nyes", "Hi")),
        (
            "<think>\n- a\n  ~~~xml\n  </think>\n  ~~~\n</think>\nHi",
            ("- a\n  ~~~xml\n  </think>\n  ~~~", "Hi"),
        ),
        ("<think>\n```\n</think>\n~~~\n``\n````\n</think>Hi", ("```\n</think>\n~~~\n``\n````", "Hi")),
        ("<think>\n```\nx\n```</think>Hi", ("```\nx\n```", "Hi")),
        ("<think>``` no fence ```\n</think>\nHi", ("``` no fence ```", "Hi")),
        ("Use `<think>` and `</think>`.", ("", "Use `<think>` and `</think>`.")),
        ("```\n<think>\n</think>\n```", ("", "```\n<think>\n</think>\n```")),
        ("`" + "x" * 2000 + "</think>y", ("`" + "x" * 2000, "y")),
        ("<think>`</think>" + "x" * 2000 + "`", ("`", "x" * 2000 + "`")),
    ],
)
def test_quoted_tags_are_text(text: str, expected: tuple[str, str]) -> None:
    assert both(text) == expected


def test_a_block_that_never_closed_is_split_again_at_the_end() -> None:
    text = "<think>\n```python\nx = 1\n</think>\n\nThe answer:\n```\ny\n```\nDone"
    assert both(text) == ("```python\nx = 1", "The answer:\n```\ny\n```\nDone")


def test_the_tag_alone_on_its_line_is_preferred() -> None:
    assert both("<think>\n```\nsay </think> here\n</think>\nHi") == ("```\nsay </think> here", "Hi")


def test_a_closed_example_in_a_reply_that_was_cut_off_stays_an_example() -> None:
    text = "<think>\n```\n</think>\n```\nand then"
    assert both(text, cut=True) == ("```\n</think>\n```\nand then", "")
    assert both(text) == ("```", "```\nand then")
    assert both("<think>\n```\n</think>\nHi", cut=True) == ("```", "Hi")


def test_text_is_not_held_back_longer_than_needed() -> None:
    splitter = Splitter()
    assert splitter.feed("<th") == []
    assert splitter.feed("e") == [("answer", "<the")]
    assert splitter.feed("a `") == [("answer", "a `")]
    assert splitter.feed(" <") == [("answer", " ")]
    assert splitter.feed("x") == [("answer", "<x")]
    assert splitter.feed("b\n\n") == [("answer", "b")]
    assert splitter.feed("c") == [("answer", "\n\nc")]


def test_what_looked_like_the_answer_becomes_reasoning_with_its_calls() -> None:
    result = split([f"Well\n{CALL}\nso\n</think>\n\nHi"])
    assert (result.reasoning, result.answer, result.calls) == (f"Well\n{CALL}\nso", "Hi", [])


@pytest.mark.parametrize("block", [CALL, XML])
def test_tool_calls_leave_the_answer(block: str) -> None:
    result = split(list(f"<think>\nI call {CALL}\n</think>\n\nLook:\n{block}\n{block}\n\nand\n{block}\n"))
    assert result.reasoning == f"I call {CALL}"
    assert result.answer == "Look:\nand"
    assert [one.name for one in result.calls] == ["f", "f", "f"]


def test_a_call_may_hold_its_own_closing_tag() -> None:
    text = '<tool_call>\n{"name": "f", "arguments": {"t": "a </tool_call> b"}}\n</tool_call>'
    assert split(list(text)).calls == [ToolCall("f", {"t": "a </tool_call> b"})]


def test_an_unreadable_call_stays_in_the_answer() -> None:
    text = "Look\n<tool_call>\n{'name'}\n</tool_call>\nover"
    result = split(list(text))
    assert (result.answer, result.calls, result.notes) == (text, [], ["tool_call_unreadable"])


def test_after_an_unreadable_call_the_next_one_is_read() -> None:
    broken = '<tool_call>{"name": "f", "arguments": {"t": "open</tool_call>'
    result = split(list(f"{broken} then {CALL}"))
    assert (result.answer, len(result.calls), result.notes) == (
        f"{broken} then ",
        1,
        ["tool_call_unreadable"],
    )


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ('<tool_call>\n{"name": "f", "arguments": {}}\n', 1),
        ('<tool_call>\n{"name": "f", "argum', 0),
        ("<tool_call>\n<function=f>\n<parameter=a>\n1\n</parameter>\n", 0),
        ("<tool_call>\n<function=f>\n<parameter=a>\n1\n</parameter>\n</function>\n", 1),
        ("<tool_c", 0),
    ],
)
def test_a_call_without_its_closing_tag_counts_when_it_is_complete(text: str, calls: int) -> None:
    result = split(list(text), cut=True)
    assert len(result.calls) == calls
    assert result.answer == ("" if calls else text)


def test_quoted_calls_are_text() -> None:
    for text in (f"```\n{CALL}\n```", "Write `<tool_call>` first", "~~~\n<tool_call>\n"):
        result = split(list(text))
        assert (result.answer, result.calls, result.notes) == (text, [], [])


@pytest.mark.parametrize("orphan", ["", "\n</tool_call>", "</tool_call>\n", "\n\n </tool_call>"])
def test_a_call_whose_opening_tag_was_forgotten_is_read(orphan: str) -> None:
    result = split(list(f"I look.\n\n{BARE}{orphan}\n{BARE}{orphan}"), tools=OFFERED)
    assert result == Split(answer="I look.", calls=[ToolCall("f", {"a": "1"})] * 2)


@pytest.mark.parametrize(
    "text",
    [
        f"Write {BARE}",
        f"```\n{BARE}\n```",
        f"`{BARE}`",
        BARE.replace("=f>", "=g>"),
        "<function=f> is how it begins.\nThen it goes on.",
        "<function=f>",
        "<function=",
    ],
)
def test_what_only_looks_like_a_call_is_text(text: str) -> None:
    assert split(list(text), tools=OFFERED) == Split(answer=text)
    assert split([text], tools=OFFERED) == Split(answer=text)


def test_what_only_looks_like_a_call_is_not_held_back() -> None:
    splitter = Splitter(tools=OFFERED)
    assert splitter.feed("<function=f>\n") == []
    assert splitter.feed("is") == [("answer", "<function=f>"), ("answer", "\nis")]


def test_without_tools_nothing_bare_is_a_call() -> None:
    assert split([BARE]) == Split(answer=BARE)


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>\n{"name": "f", "argum',
        "<tool_call>\n<function=f>\n<parameter=a>\n1",
        "<function=f>\n<parameter=a>\n1\n</param",
        "<tool_call>",
    ],
)
def test_a_call_that_was_cut_off_is_told_as_such(text: str) -> None:
    assert split(list(text), cut=True, tools=OFFERED) == Split(answer=text, notes=["tool_call_cut"])
    assert split(list(text), tools=OFFERED) == Split(answer=text, notes=["tool_call_unreadable"])


def test_literal_text_has_no_tags() -> None:
    text = '{"a": "<think>x</think> `<tool_call>` </tool_call>"}'
    assert both(text, literal=True) == ("", text)


def test_offsets_tell_where_the_block_is() -> None:
    splitter = Splitter()
    splitter.feed("\n<think>ab</think>cd")
    assert (splitter.start, splitter.end, splitter.after) == (8, 10, 18)
    assert splitter.begin_answer(9, 9) == "a"
    assert splitter.feed("\n\nhi") == [("answer", "hi")]


WORDS = [
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
    CALL,
    XML,
    BARE,
    "<function=f>",
    "</function>",
    "<parameter=a>",
    "</parameter>",
    '{"name": "f',
    "\n",
    "```",
    "`",
    "~~~",
]
WORDS += ["a", " ", "<", "</", "think>", "``", "x\n", "</think>\n\n", "\n```\n"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=14).map("".join)


def cut_up(text: str, places: list[int]) -> list[str]:
    edges = sorted({0, len(text), *(one % (len(text) + 1) for one in places)})
    return [text[a:b] for a, b in pairwise(edges)]


@settings(max_examples=500, deadline=None)
@example("<think>`</think>`x", [10, 17], "none", False)
@given(
    TEXTS,
    st.lists(st.integers(0, 500), max_size=30),
    st.sampled_from(["none", "opened", "closed"]),
    st.booleans(),
)
def test_any_cutting_gives_the_same_split(text: str, places: list[int], how: str, cut: bool) -> None:
    prompt: dict[str, Any] = {"tools": OFFERED} if how == "none" else {how: True, "tools": OFFERED}
    whole = split([text], cut=cut, **prompt)
    assert split(cut_up(text, places), cut=cut, **prompt) == whole
    assert split(list(text), cut=cut, **prompt) == whole


def is_within(small: str, large: str) -> bool:
    """Whether the letters of one text come in the other, in the same order."""
    rest = iter(large)
    return all(letter in rest for letter in small)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([one for one in WORDS if "call>" not in one and one != BARE]), max_size=14).map(
        "".join
    ),
    st.sampled_from(["none", "opened", "closed"]),
)
def test_nothing_but_tags_and_white_space_is_lost(text: str, how: str) -> None:
    result = split([text], **({} if how == "none" else {how: True}))
    kept, whole = "".join((result.reasoning + result.answer).split()), "".join(text.split())
    assert is_within(kept, whole)
    assert len(whole) - len(kept) in (0, len("<think>"), len("</think>"), len("<think></think>"))


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 2000), max_size=30))
def test_bytes_cut_anywhere_give_the_same_split(text: str, places: list[int]) -> None:
    text = text.replace("a", "é한😀")
    data, decoder = text.encode(), Utf8Decoder()
    edges = sorted({0, len(data), *(one % (len(data) + 1) for one in places)})
    pieces = [decoder.feed(data[a:b]) for a, b in pairwise(edges)] + [decoder.finish(cut=False)]
    assert split(pieces, tools=OFFERED) == split([text], tools=OFFERED)
