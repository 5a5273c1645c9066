"""Where a tool call ends in text that streams in, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qwendesk.api.messages import Tool, ToolCall
from qwendesk.worker.toolcalls import CALL, CALL_END, FUNCTION_END, read_call

_BEHIND_FUNCTION = ("<parameter=", FUNCTION_END)


@dataclass(frozen=True, slots=True)
class Found:
    """A call or what is none, and the number of characters that it takes.

    Args:
        call: "open" where the text ended before a closing tag, None where what stands there is unreadable,
            "prose" where it was never meant as one.
    """

    call: ToolCall | Literal["open", "prose"] | None
    size: int


def bare_tag(tool: Tool) -> str:
    """How a call begins whose <tool_call> was forgotten: Qwen3-Coder does so now and then."""
    return f"<function={tool.name}>"


class CallReader:
    """Reads the call that a text begins with; `opening` is CALL, or the `bare_tag` of an offered tool."""

    def __init__(self, opening: str, tools: Sequence[Tool]) -> None:
        self._opening = opening
        self._tools = tools
        self._wrapped = opening == CALL
        self._end = CALL_END if self._wrapped else FUNCTION_END
        self._looked = len(opening)

    def read(self, text: str, *, final: bool) -> Found | None:
        """The call; None while more text has to come. `text` grows from one time to the next."""
        if not self._wrapped and not self._meant(text, final):
            return Found("prose", len(self._opening))
        while (close := text.find(self._end, self._looked)) >= 0:
            after = close + len(self._end)
            call = self._call(text, close if self._wrapped else after)
            if isinstance(call, ToolCall):
                size = after if self._wrapped else _beyond_orphan(text, after, final)
                return None if size is None else Found(call, size)
            self._looked = after
            if call is None:
                return self._unreadable(text)
        if not final:
            self._looked = max(self._looked, len(text) - len(self._end) + 1)
            return None
        # Without its closing tag a call must at least be complete in itself.
        complete = text.rstrip().endswith(("}", FUNCTION_END))
        call = self._call(text, len(text)) if complete else None
        return Found(call, len(text)) if isinstance(call, ToolCall) else self._unreadable(text)

    def _call(self, text: str, end: int) -> ToolCall | Literal["unfinished"] | None:
        return read_call(text[len(CALL) if self._wrapped else 0 : end], self._tools)

    def _meant(self, text: str, final: bool) -> bool:
        """Whether a tag without its wrapping begins a call: people also write about tags."""
        rest = text[len(self._opening) :].lstrip()
        if not rest:
            return not final
        return any(rest.startswith(one) or one.startswith(rest) for one in _BEHIND_FUNCTION)

    def _unreadable(self, text: str) -> Found:
        close = text.find(self._end, len(self._opening))
        return Found("open", len(text)) if close < 0 else Found(None, close + len(self._end))


def _beyond_orphan(text: str, after: int, final: bool) -> int | None:
    """The end of a bare call, with the closing tag that may be left of its wrapping; None: not known yet."""
    rest = text[after:].lstrip()
    if rest.startswith(CALL_END):
        return len(text) - len(rest) + len(CALL_END)
    return None if CALL_END.startswith(rest) and not final else after
