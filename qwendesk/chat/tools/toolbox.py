"""The tools of a conversation: arguments are checked, calls run, results told to the model."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import fastjsonschema

from qwendesk.api.messages import Message, Tool, ToolCall
from qwendesk.chat.tools.runnable import ERROR, Runnable

_log = logging.getLogger(__name__)

MAX_RESULT = 16_000
_MAX_DETAIL = 300
# A file or a page must not speak in the template's voice: special tokens and tags lose their shape.
_VOICE = re.compile(r"<(?=\|\w+\|>|/?(?:tool_response|tool_call|think)>)")

Check = Callable[[dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a call.

    Args:
        text: for the model; it begins with `ERROR` where `failed`.
    """

    call: ToolCall
    text: str
    failed: bool = False

    def message(self) -> Message:
        """The result as the model sees it."""
        return Message("tool", self.text, name=self.call.name)


def refused(call: ToolCall) -> Result:
    """A call that the user did not allow."""
    return _failed(call, "the user did not allow this call")


class Toolbox:
    """Runs calls of the tools it holds. Nothing here asks the user: see `Permissions`.

    Args:
        limit: characters of a result; what is longer is cut and says so.

    Raises:
        ValueError: two tools of one name, or a tool whose schema is none.
    """

    def __init__(self, tools: Iterable[Runnable] = (), *, limit: int = MAX_RESULT) -> None:
        self._limit = limit
        self._tools: dict[str, Runnable] = {}
        self._checks: dict[str, Check] = {}
        for one in tools:
            name = one.tool.name
            if name in self._tools:
                raise ValueError(f"two tools are named {name}")
            self._tools[name] = one
            self._checks[name] = _check(one.tool)

    @property
    def tools(self) -> tuple[Tool, ...]:
        """What the model is told, always in the same order: the prompt's cache stays good that way."""
        return tuple(one.tool for one in self._tools.values())

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def run(self, call: ToolCall) -> Result:
        """Run a call that was allowed. Whatever is wrong with it or goes wrong is told in the result."""
        if call.name not in self._tools:
            known = ", ".join(self._tools) or "none"
            return self._told(_failed(call, f"there is no tool named {call.name}; there are: {known}"))
        try:
            self._checks[call.name](call.arguments)
        except fastjsonschema.JsonSchemaValueException as error:
            return self._told(_failed(call, _wrong(error)))
        try:
            text = self._tools[call.name].run(call.arguments)
        except Exception as error:
            # Its text may hold words of the conversation, which no log gets.
            _log.error("tool %s raised %s", call.name, type(error).__name__)
            return self._told(_failed(call, f"the tool failed ({type(error).__name__})"))
        return self._told(Result(call, text, text.startswith(ERROR)))

    def _told(self, result: Result) -> Result:
        text = result.text.encode(errors="replace").decode()
        more = len(text) - self._limit
        if more > 0:
            text = f"{text[: self._limit]}\n… ({more} more characters were cut off)"
        return Result(result.call, _VOICE.sub("< ", text), result.failed)


def _failed(call: ToolCall, why: str) -> Result:
    return Result(call, ERROR + why, failed=True)


def _check(tool: Tool) -> Check:
    # The library would fetch schemas from elsewhere; none of ours refers to any.
    handlers = dict.fromkeys(("http", "https", "ftp", "file", "data"), _no_remote)
    try:
        check: Check = fastjsonschema.compile(tool.parameters, handlers=handlers, use_default=False)
    except Exception as error:
        # The library stumbles over most of what is no schema.
        raise ValueError(f"the parameters of {tool.name} are no JSON schema: {error}") from error
    return check


def _no_remote(uri: str) -> NoReturn:
    raise ValueError(f"a schema refers to {uri}")


def _wrong(error: fastjsonschema.JsonSchemaValueException) -> str:
    detail = re.sub(r"^data\b\.?", "", str(error.message)).strip()
    return f"wrong arguments: {detail[:_MAX_DETAIL]}"
