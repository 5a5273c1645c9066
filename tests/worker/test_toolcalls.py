import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.api.messages import Tool, ToolCall
from qwendesk.worker.toolcalls import read_call

WEATHER = Tool(
    "weather",
    "",
    {
        "properties": {
            "city": {"type": "string"},
            "days": {"type": "integer"},
            "raw": {},
            "tags": {"type": "array"},
        }
    },
)


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        ('{"name": "f", "arguments": {"a": 1, "b": [true, null]}}', {"a": 1, "b": [True, None]}),
        ('\n{"name": "f", "arguments": "{\\"a\\": \\"한\\"}"}\n', {"a": "한"}),
        ('{"name": "f"}', {}),
        ('{"name": "f", "arguments": ""}', {}),
        ('{"name": "f", "arguments": {"text": "two\nlines"}}', {"text": "two\nlines"}),
        ("<function=f>\n</function>", {}),
        ("<function=f>\n<parameter=a>\n1\n</parameter>\n</function>", {"a": "1"}),
        ("<function=f><parameter=a> x\n\ny </parameter></function>", {"a": " x\n\ny "}),
        ("<function=f>\n<parameter=a>\n1\n</parameter>", {"a": "1"}),
        (
            '<function=f>\n<parameter=a>\n<b x="1"> & </parameter> </b>\n</parameter>\n</function>',
            {"a": '<b x="1"> & </parameter> </b>'},
        ),
    ],
)
def test_readable(body: str, arguments: dict[str, object]) -> None:
    assert read_call(body) == ToolCall("f", arguments)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "call f",
        "[1]",
        '{"name": "f", "arguments": [1]}',
        '{"name": "", "arguments": {}}',
        '{"name": 3, "arguments": {}}',
        '{"arguments": {}}',
        '{"name": "f", "arguments": {"a": 1}',
        '{"name": "f", "arguments": {"a": NaN}}',
        '{"name": "f", "arguments": {"a": 1e999}}',
        '{"name": "f", "arguments": {"a": 18446744073709551616}}',
        '{"name": "f", "arguments": {"a": "\\ud800"}}',
        '{"name": "\\ud800", "arguments": {}}',
        '{"name": "f", "arguments": "not json"}',
        '{"name": "f", "arguments": ' + "[" * 100_000,
        '{"name": "f", "arguments": {"a": ' + "[" * 80 + "]" * 80 + "}}",
        '{"name": "f", "arguments": {"a": ' + "9" * 5000 + "}}",
        '{"name": "f, "arguments": {}}\n',
        "<function=f>\nwords\n</function>",
        "<function=f",
    ],
)
def test_unreadable(body: str) -> None:
    assert read_call(body) is None


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "f", "arguments": {"text": "a ',
        '{"name": "f", "arguments": {"text": "a\\u0007',
        '{"name": "f", "arguments": {"text": "a\\\\',
        "<function=f>\n<parameter=a>\nthe tag ",
        "<function=f>\n<parameter=a>\n</function>\n",
    ],
)
def test_a_closing_tag_inside_an_argument_does_not_end_the_call(body: str) -> None:
    assert read_call(body) == "unfinished"


def test_the_schema_gives_xml_arguments_their_types() -> None:
    values = {"city": "12", "days": "12", "raw": '{"x": 1}', "tags": "not json", "other": "3"}
    inside = "".join(f"<parameter={key}>\n{value}\n</parameter>\n" for key, value in values.items())
    call = read_call(f"<function=weather>\n{inside}</function>", [WEATHER])
    assert isinstance(call, ToolCall)
    assert call.arguments == {"city": "12", "days": 12, "raw": {"x": 1}, "tags": "not json", "other": "3"}


def test_python_words_for_truth_are_understood() -> None:
    tool = Tool("f", "", {"properties": {"a": {"type": "boolean"}, "b": {"type": "null"}}})
    body = "<function=f><parameter=a>\nTrue\n</parameter><parameter=b>\nNone\n</parameter></function>"
    call = read_call(body, [tool])
    assert isinstance(call, ToolCall)
    assert json.dumps(call.arguments) == '{"a": true, "b": null}'


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": ["string", "null"]}, "12", "12"),
        ({"type": ["string", "null"]}, "null", None),
        ({"type": ["string", "null"]}, '"a"', '"a"'),
        ({"type": ["string", "integer"]}, "12", 12),
        ({"type": ["string", "number"]}, "12", 12),
        ({"type": ["string", "integer"]}, "1.5", "1.5"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "true", "true"),
        ({"oneOf": [{"enum": ["a", "b"]}, {"type": "array"}]}, "[1]", [1]),
        ({"anyOf": [{"type": "string"}, {}]}, "12", 12),
        ({"enum": ["1", "2"]}, "1", "1"),
        ({"enum": [1, 2]}, "1", 1),
        ({"const": "1"}, "1", "1"),
        ({"type": "string"}, " {}\n", " {}\n"),
        ({"type": "object"}, "{'a': [True, None, 'it\\'s']}", {"a": [True, None, "it's"]}),
        ({"type": "array"}, "[1, 'a\\d', (2,)]", [1, "a\\d", [2]]),
        ({"type": "array"}, "[1, {2}]", "[1, {2}]"),
        ({"type": "array"}, "[f()]", "[f()]"),
        ({"type": "object"}, "{" * 5000, "{" * 5000),
        ({"type": "object"}, "{'a': " + "9" * 30 + "}", "{'a': " + "9" * 30 + "}"),
        ({"type": 5}, "1", 1),
        ("no schema", "1", 1),
    ],
)
def test_a_value_is_what_its_schema_says(schema: object, text: str, value: object) -> None:
    tool = Tool("f", "", {"properties": {"a": schema}})
    call = read_call(f"<function=f>\n<parameter=a>\n{text}\n</parameter>\n</function>", [tool])
    assert isinstance(call, ToolCall)
    assert json.dumps(call.arguments) == json.dumps({"a": value})


JUNK = ["<function=f>", "<parameter=a>", "</parameter>", "</function>", '{"name": "f"', ', "arguments": ']
JUNK += ["{", "}", "[", "]", '"', "'", "\\", "\n", " ", "1e999", "NaN", "9" * 30, "\x00", "한", "f", "a"]
ANYTHING = Tool("f", "", {"properties": {"a": {"type": "object"}}})


@settings(deadline=None)
@given(st.lists(st.sampled_from(JUNK), max_size=20).map("".join) | st.text())
def test_whatever_is_written_is_read_or_not(body: str) -> None:
    call = read_call(body, [ANYTHING])
    if isinstance(call, ToolCall):
        msgspec.msgpack.encode(call.arguments)
