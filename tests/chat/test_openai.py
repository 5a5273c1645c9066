"""Messages and tools in OpenAI's shape: what is meant comes out, anything else is told with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.conversations import CONVERSATIONS
from qwendesk.api.messages import Message, Tool, ToolCall
from qwendesk.api.problem import Problem
from qwendesk.chat import openai


def messages(data: object) -> tuple[Message, ...]:
    return openai.messages(json.dumps(data).encode(), "talk.json")


def tools(data: object) -> tuple[Tool, ...]:
    return openai.tools(json.dumps(data).encode(), "tools.json")


def test_every_role() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Ulm"}'}}
    assert messages(
        [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Weath"}, {"type": "text", "text": "er?"}]},
            {"role": "assistant", "content": None, "reasoning_content": "Look.", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "rain"},
            {"role": "assistant", "content": "Rain."},
        ]
    ) == (
        Message("system", "Be brief."),
        Message("user", "Weather?"),
        Message("assistant", "", "Look.", (ToolCall("weather", {"city": "Ulm"}),)),
        Message("tool", "rain", name="weather"),
        Message("assistant", "Rain."),
    )


@pytest.mark.parametrize("arguments", [{"a": 1}, '{"a": 1}'])
def test_arguments_are_an_object_or_its_text(arguments: object) -> None:
    (message,) = messages(
        [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]}]
    )
    assert message.tool_calls == (ToolCall("f", {"a": 1}),)


@pytest.mark.parametrize("arguments", [None, "", " ", {}])
def test_no_arguments(arguments: object) -> None:
    (message,) = messages(
        [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]}]
    )
    assert message.tool_calls == (ToolCall("f", {}),)


def test_a_whole_request_is_read_too() -> None:
    request = {
        "model": "x",
        "messages": [{"role": "user", "content": "hi"}],
        "tools": [
            {"type": "function", "function": {"name": "f", "description": "F.", "parameters": {"a": 1}}}
        ],
    }
    assert messages(request) == (Message("user", "hi"),)
    assert tools(request) == (Tool("f", "F.", {"a": 1}),)
    assert tools(request["tools"]) == tools([{"name": "f", "description": "F.", "parameters": {"a": 1}}])
    assert openai.messages(b'\xef\xbb\xbf[{"role":"user","content":"hi"}]', "") == (Message("user", "hi"),)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (5, "got `int`"),
        ([], "no message"),
        ({}, "`messages`"),
        ([5], "$[0]"),
        ([{}], "`role` - at `$[0]`"),
        ([{"role": "robot", "content": ""}], "$[0].role"),
        ([{"role": "user", "content": "x"}, {"role": "user"}], "`content` - at `$[1]`"),
        ([{"role": "user", "content": None}], "$[0].content"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}], "$[0].content[0].type"),
        ([{"role": "assistant", "tool_calls": [{}]}], "`function` - at `$[0].tool_calls[0]`"),
        ([{"role": "tool", "content": "x", "tool_call_id": "c"}], "$[0].tool_call_id"),
        *(
            (
                [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": wrong}}]}],
                "$[0].tool_calls[0].function.arguments",
            )
            for wrong in ([1], 5, "[1]", "{", "text")
        ),
    ],
)
def test_what_is_no_message_is_told_with_its_place(data: object, place: str) -> None:
    with pytest.raises(Problem) as caught:
        messages(data)
    assert caught.value.id == "messages_malformed"
    assert caught.value.arguments["path"] == "talk.json"
    assert place in str(caught.value.arguments["detail"])


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (5, "got `int`"),
        ({}, "`tools`"),
        ([5], "$[0]"),
        ([{}], "`function` - at `$[0]`"),
        ([{"name": 5}], "$[0].name"),
        ([{"name": "f"}, {"name": "g", "parameters": []}], "$[1].parameters"),
        ([{"type": "web", "function": {"name": "f"}}], "$[0].type"),
        ([{"function": {"name": None}}], "$[0].function.name"),
    ],
)
def test_what_is_no_tool_is_told_with_its_place(data: object, place: str) -> None:
    with pytest.raises(Problem) as caught:
        tools(data)
    assert caught.value.id == "tools_malformed"
    assert place in str(caught.value.arguments["detail"])


@pytest.mark.parametrize(
    "data", [b"", b"{", b'[{"role" "x"}]', b"\xff", b'"\\ud800"', b"NaN", b'{"a":' * 100_000]
)
def test_what_is_no_json_is_told(data: bytes) -> None:
    for read in (openai.messages, openai.tools):
        with pytest.raises(Problem) as caught:
            read(data, "x.json")
        assert caught.value.id == "file_not_json"


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
# Like messages, but with a wrong thing in any place.
ALMOST = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "tool", "system", "x"]) | JSON},
        optional={
            "content": st.text() | JSON,
            "tool_calls": JSON
            | st.lists(
                st.fixed_dictionaries(
                    {"function": st.fixed_dictionaries({"name": st.text(), "arguments": JSON})}
                )
            ),
            "tool_call_id": st.text() | JSON,
            "reasoning_content": st.text() | JSON,
        },
    ),
    max_size=3,
)
ANYTHING = JSON | ALMOST | st.fixed_dictionaries({"messages": ALMOST | JSON, "tools": JSON})


@settings(deadline=None)
@given(ANYTHING.map(lambda data: json.dumps(data).encode()) | st.binary())
def test_any_file_is_read_or_refused(data: bytes) -> None:
    for read, kind in ((openai.messages, Message), (openai.tools, Tool)):
        try:
            assert all(isinstance(one, kind) for one in read(data, "x.json"))
        except Problem as problem:
            assert set(problem.arguments) == {"path", "detail"}  # noqa: PT017
            assert problem.arguments["detail"]  # noqa: PT017


OBJECTS = st.dictionaries(st.text(), st.integers(-(2**53), 2**53) | st.text() | st.none() | st.booleans())
CALLS = st.lists(st.builds(ToolCall, st.text(), OBJECTS), max_size=3).map(tuple)
MESSAGES = st.lists(
    st.builds(Message, st.sampled_from(["system", "user"]), st.text())
    | st.builds(Message, st.just("assistant"), st.text(), st.text(), CALLS)
    | st.builds(Message, st.just("tool"), st.text(), name=st.text()),
    min_size=1,
).map(tuple)


def written(message: Message, as_text: bool) -> dict[str, Any]:
    """The message as OpenAI's API has it."""
    made: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.reasoning:
        made["reasoning_content"] = message.reasoning
    if message.tool_calls:
        made["tool_calls"] = [
            {
                "type": "function",
                "function": {
                    "name": one.name,
                    "arguments": json.dumps(one.arguments) if as_text else one.arguments,
                },
            }
            for one in message.tool_calls
        ]
    return made | ({"name": message.name} if message.name else {})


@settings(deadline=None)
@given(MESSAGES, st.booleans())
def test_what_was_written_comes_back(spoken: tuple[Message, ...], as_text: bool) -> None:
    assert messages([written(one, as_text) for one in spoken]) == spoken


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_conversations_of_the_templates(name: str) -> None:
    spoken, offered = CONVERSATIONS[name]
    assert messages([written(one, True) for one in spoken]) == spoken
    described = [
        {"name": one.name, "description": one.description, "parameters": one.parameters} for one in offered
    ]
    assert tools(described) == tools([{"type": "function", "function": one} for one in described]) == offered
