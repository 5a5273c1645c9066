"""Messages and tools as JSON in the shape of OpenAI's chat API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeVar

import msgspec

from qwendesk.api.messages import Message, Role, Tool, ToolCall
from qwendesk.api.problem import Problem

T = TypeVar("T")


class _Text(msgspec.Struct, tag_field="type", tag="text"):
    text: str


_Content = str | list[_Text]


class _System(msgspec.Struct, tag_field="role", tag="system"):
    content: _Content


class _Developer(_System, tag_field="role", tag="developer"):
    """What newer models call the system."""


class _User(msgspec.Struct, tag_field="role", tag="user"):
    content: _Content


class _Function(msgspec.Struct):
    name: str
    arguments: dict[str, Any] | str | None = None


class _Call(msgspec.Struct):
    function: _Function
    id: str = ""
    type: Literal["function"] = "function"


class _Assistant(msgspec.Struct, tag_field="role", tag="assistant"):
    content: _Content | None = None
    reasoning_content: str | None = None
    tool_calls: list[_Call] | None = None


class _Result(msgspec.Struct, tag_field="role", tag="tool"):
    content: _Content
    name: str | None = None
    tool_call_id: str | None = None


_Messages = list[_System | _Developer | _User | _Assistant | _Result]


class _Conversation(msgspec.Struct):
    messages: _Messages


class _Described(msgspec.Struct):
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None


class _Wrapped(msgspec.Struct):
    function: _Described
    type: Literal["function"] = "function"


class _Toolbox(msgspec.Struct):
    tools: list[dict[str, Any]]


def messages(data: bytes, path: str) -> tuple[Message, ...]:
    """The messages of a list, or of an object that has them under `messages`; `path` names it in problems.

    Raises:
        Problem: `file_not_json` or `messages_malformed` (path, detail); the detail names the place.
    """
    try:
        read = _decoded(data, _Messages | _Conversation, path)
        found = read.messages if isinstance(read, _Conversation) else read
        return tuple(_spoken(found))
    except msgspec.ValidationError as error:
        raise Problem("messages_malformed", path=path, detail=str(error)) from error


def tools(data: bytes, path: str) -> tuple[Tool, ...]:
    """The tools of a list, or of an object that has them under `tools`, each one wrapped or bare.

    Raises:
        Problem: `file_not_json` or `tools_malformed` (path, detail); the detail names the place.
    """
    try:
        read = _decoded(data, list[dict[str, Any]] | _Toolbox, path)
        found = read.tools if isinstance(read, _Toolbox) else read
        return tuple(_tool(one, place) for place, one in enumerate(found))
    except msgspec.ValidationError as error:
        raise Problem("tools_malformed", path=path, detail=str(error)) from error


def _decoded(data: bytes, kind: Any, path: str) -> Any:
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=kind)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("file_not_json", path=path, detail=str(error)) from error


def _spoken(found: Sequence[Any]) -> Iterator[Message]:
    if not found:
        raise msgspec.ValidationError("there is no message - at `$`")
    called: dict[str, str] = {}
    for at, one in enumerate(found):
        content = _text(one.content)
        if isinstance(one, _Assistant):
            calls = one.tool_calls or []
            called |= {call.id: call.function.name for call in calls if call.id}
            made = tuple(_call(call, f"$[{at}].tool_calls[{place}]") for place, call in enumerate(calls))
            yield Message("assistant", content, one.reasoning_content or "", made)
        elif isinstance(one, _Result):
            yield Message("tool", content, name=_answered(one, called, f"$[{at}].tool_call_id"))
        else:
            role: Role = "user" if isinstance(one, _User) else "system"
            yield Message(role, content)


def _text(content: _Content | None) -> str:
    return content if isinstance(content, str) else "".join(one.text for one in content or ())


def _call(call: _Call, place: str) -> ToolCall:
    given = call.function.arguments
    if not isinstance(given, str):
        return ToolCall(call.function.name, given or {})
    try:
        arguments = msgspec.json.decode(given, type=dict[str, Any]) if given.strip() else {}
    except (msgspec.DecodeError, RecursionError) as error:
        raise msgspec.ValidationError(f"{error} - at `{place}.function.arguments`") from error
    return ToolCall(call.function.name, arguments)


def _answered(result: _Result, called: dict[str, str], place: str) -> str:
    """The name of the tool whose result this is."""
    if result.name or result.tool_call_id is None:
        return result.name or ""
    if result.tool_call_id not in called:
        raise msgspec.ValidationError(f"no call before it has the id `{result.tool_call_id}` - at `{place}`")
    return called[result.tool_call_id]


def _tool(given: dict[str, Any], at: int) -> Tool:
    try:
        bare = "name" in given
        made = msgspec.convert(given, _Described) if bare else msgspec.convert(given, _Wrapped).function
    except msgspec.ValidationError as error:
        # The place is told from the tool on, or not at all where the tool itself is wrong.
        detail, _separator, place = str(error).partition(" - at `$")
        raise msgspec.ValidationError(f"{detail} - at `$[{at}]{place.rstrip('`')}`") from error
    return Tool(made.name, made.description or "", made.parameters or {})
