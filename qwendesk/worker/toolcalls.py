"""Tool calls as Qwen models write them: JSON (Qwen2.5, Qwen3, VL) or XML-like (Coder, 3.5 and later)."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Sequence
from typing import Any, Literal, NoReturn

from qwendesk.api.messages import Tool, ToolCall

CALL, CALL_END = "<tool_call>", "</tool_call>"
FUNCTION, FUNCTION_END = "<function=", "</function>"
MAX_DEPTH = 64
# The wire carries integers of 64 bits.
_INTEGERS = range(-(2**63), 2**64)

_FUNCTION = re.compile(r"<function=([^>\n]+)>(.*?)(?:</function>)?", re.DOTALL)
# A value may hold the closing tag: it ends at one behind which the next parameter or nothing stands.
_PARAMETER = re.compile(r"\s*<parameter=([^>\n]+)>(.*?)</parameter>(?=\s*(?:<parameter=|\Z))", re.DOTALL)
_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
_WORDS = {"true": True, "false": False, "none": None}
_MAX_LITERAL = 64 * 1024
_TEXT = {"type": "string"}


def read_call(body: str, tools: Sequence[Tool] = ()) -> ToolCall | Literal["unfinished"] | None:
    """The call between <tool_call> and </tool_call>.

    "unfinished" means that the closing tag which ended `body` may be part of an argument; None means
    that no call can be read. `tools` give the types of XML-like arguments, which are texts without them.
    """
    body = body.strip()
    return _read_xml(body, tools) if body.startswith("<function=") else _read_json(body)


def _read_json(body: str) -> ToolCall | Literal["unfinished"] | None:
    try:
        call = _load(body)
    except json.JSONDecodeError:
        return "unfinished" if _inside_text(body) else None
    except (ValueError, RecursionError):
        return None
    return _checked(call) if isinstance(call, dict) else None


def _inside_text(body: str) -> bool:
    """Whether the closing tag behind it stands in a text."""
    try:
        json.loads(body + CALL_END, strict=False)
    except json.JSONDecodeError as error:
        # Models write a call on one line: a text that is still open after a line end is a mistake.
        return error.msg.startswith("Unterminated string") and "\n" not in body[error.pos :]
    except (ValueError, RecursionError):
        pass
    return False


def _checked(call: dict[str, Any]) -> ToolCall | None:
    name, arguments = call.get("name"), call.get("arguments", {})
    try:
        if isinstance(arguments, str):
            arguments = _load(arguments) if arguments.strip() else {}
        if isinstance(name, str) and name and isinstance(arguments, dict):
            _check(name)
            return ToolCall(name, arguments)
    except (ValueError, RecursionError):
        pass
    return None


def _read_xml(body: str, tools: Sequence[Tool]) -> ToolCall | Literal["unfinished"] | None:
    match = _FUNCTION.fullmatch(body)
    if match is None:
        return None
    name, inside = match.group(1).strip(), match.group(2)
    schemas = _schemas(name, tools)
    arguments: dict[str, Any] = {}
    at = 0
    while parameter := _PARAMETER.match(inside, at):
        key = parameter.group(1).strip()
        arguments[key] = _typed(_unwrapped(parameter.group(2)), _kinds(schemas.get(key, _TEXT)))
        at = parameter.end()
    rest = inside[at:].strip()
    if rest.startswith("<parameter="):
        return "unfinished"
    return ToolCall(name, arguments) if name and not rest else None


def _unwrapped(value: str) -> str:
    """Without the line ends that the format puts around a value."""
    return value.removeprefix("\n").removesuffix("\n")


def _schemas(name: str, tools: Sequence[Tool]) -> dict[str, Any]:
    """The schemas of a tool's parameters; none where the tool was not offered."""
    tool = next((one for one in tools if one.name == name), None)
    properties = tool.parameters.get("properties") if tool else None
    return properties if isinstance(properties, dict) else {}


def _kinds(schema: Any, depth: int = 4) -> frozenset[str]:
    """The JSON types that a schema names, whichever way it does; none where anything goes."""
    if not isinstance(schema, dict) or not depth:
        return frozenset()
    kind = schema.get("type")
    if kind is not None:
        return frozenset(one for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str))
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list):
        return frozenset(map(_kind, values))
    choices = schema.get("anyOf", schema.get("oneOf"))
    each = [_kinds(one, depth - 1) for one in choices] if isinstance(choices, list) else []
    return frozenset().union(*each) if all(each) else frozenset()


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "null")


def _typed(text: str, kinds: frozenset[str]) -> Any:
    """The text itself where the schema wants one; else what it says, as far as it can be read."""
    if kinds == {"string"}:
        return text
    value = _said(text)
    return text if "string" in kinds and not _fits(value, kinds) else value


def _fits(value: Any, kinds: frozenset[str]) -> bool:
    kind = _kind(value)
    return kind != "string" and (kind in kinds or (kind == "integer" and "number" in kinds))


def _said(text: str) -> Any:
    """JSON, or Python's way to write the same: templates show models their calls so. Else the text."""
    try:
        return _load(text)
    except (ValueError, RecursionError):
        word = text.strip().lower()
        return _WORDS[word] if word in _WORDS else _literal(text)


def _literal(text: str) -> Any:
    if len(text) > _MAX_LITERAL or not text.strip().startswith(("[", "{")):
        return text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            value = ast.literal_eval(text.strip())
        return _load(json.dumps(value))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return text


def _load(text: str) -> Any:
    """JSON that can travel on: no NaN, no integers beyond 64 bits, no lone surrogates, no abyss."""
    value = json.loads(text, strict=False, parse_int=_integer, parse_constant=_refuse)
    if _depth(value) > MAX_DEPTH:
        raise ValueError("nested too deeply")
    _check(value)
    return value


def _check(value: Any) -> None:
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def _integer(digits: str) -> int:
    value = int(digits)
    if value not in _INTEGERS:
        raise ValueError("integer out of range")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _depth(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inside), default=0)
