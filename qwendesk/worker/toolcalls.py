"""Tool calls as Qwen models write them: JSON (Qwen2.5, Qwen3, VL) or XML-like (Coder, 3.5 and later)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Literal, NoReturn

from qwendesk.api.messages import Tool, ToolCall

CALL, CALL_END = "<tool_call>", "</tool_call>"
MAX_DEPTH = 64
# The wire carries integers of 64 bits.
_INTEGERS = range(-(2**63), 2**64)

_FUNCTION = re.compile(r"<function=([^>\n]+)>(.*?)(?:</function>)?", re.DOTALL)
_PARAMETER = re.compile(r"\s*<parameter=([^>\n]+)>(.*?)</parameter>", re.DOTALL)


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
    except json.JSONDecodeError as error:
        # Models write a call on one line: a text that is still open after a line end is a mistake.
        open_text = error.msg.startswith("Unterminated string") and "\n" not in body[error.pos :]
        return "unfinished" if open_text else None
    except (ValueError, RecursionError):
        return None
    return _checked(call) if isinstance(call, dict) else None


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
    types = _types(name, tools)
    arguments: dict[str, Any] = {}
    at = 0
    while parameter := _PARAMETER.match(inside, at):
        key = parameter.group(1).strip()
        arguments[key] = _typed(_unwrapped(parameter.group(2)), types.get(key, "string"))
        at = parameter.end()
    rest = inside[at:].strip()
    if rest.startswith("<parameter="):
        return "unfinished"
    return ToolCall(name, arguments) if name and not rest else None


def _unwrapped(value: str) -> str:
    """Without the line ends that the format puts around a value."""
    return value.removeprefix("\n").removesuffix("\n")


def _types(name: str, tools: Sequence[Tool]) -> dict[str, Any]:
    tool = next((one for one in tools if one.name == name), None)
    properties = tool.parameters.get("properties") if tool else None
    if not isinstance(properties, dict):
        return {}
    return {key: one.get("type") if isinstance(one, dict) else None for key, one in properties.items()}


def _typed(text: str, kind: Any) -> Any:
    """JSON, unless the schema asks for a text or it is none. Qwen3-Coder's own parser does the same."""
    if kind == "string":
        return text
    try:
        return _load(text)
    except (ValueError, RecursionError):
        return {"true": True, "false": False, "none": None}.get(text.strip().lower(), text)


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
