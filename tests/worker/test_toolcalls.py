import json

import pytest

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
    "body", ['{"name": "f", "arguments": {"text": "a ', "<function=f>\n<parameter=a>\nthe tag "]
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
