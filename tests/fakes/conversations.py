"""Conversations that exercise every branch of a chat template."""

from __future__ import annotations

from qwendesk.api.messages import Message, Tool, ToolCall

HELLO = (Message("user", "Hello"),)
SYSTEM = (Message("system", "Be brief."), Message("user", "Grüße <b>&'\" 한국어 😀\n{{ x }}"))
HISTORY = (
    Message("user", "One?"),
    Message("assistant", "1", reasoning="Easy,\nthat."),
    Message("user", "Two?"),
)
OLD_STYLE = (
    Message("user", "One?"),
    Message("assistant", "<think>\nEasy.\n</think>\n\n1"),
    Message("user", "Two?"),
)
TOOL = Tool(
    "weather",
    "Now & here: <city>",
    {
        "type": "object",
        "properties": {"city": {"type": "string", "enum": ["서울", "Ulm"]}},
        "required": ["city"],
    },
)
CALLED = (
    Message("user", "Weather in Ulm and 서울?"),
    Message(
        "assistant",
        "",
        reasoning="Two calls.",
        tool_calls=(ToolCall("weather", {"city": "Ulm", "b": 1, "a": [1.5, None]}), ToolCall("weather", {})),
    ),
    Message("tool", '{"t": 3}', name="weather"),
    Message("tool", "rain"),
)
AFTER_CALL = (*CALLED, Message("assistant", "3 degrees, rain."), Message("user", "Thanks"))
CONTINUED = (
    Message("user", "One?"),
    Message("assistant", "1\n", tool_calls=(ToolCall("weather", {"x": "é"}),)),
)

CONVERSATIONS: dict[str, tuple[tuple[Message, ...], tuple[Tool, ...]]] = {
    "hello": (HELLO, ()),
    "system": (SYSTEM, ()),
    "history": (HISTORY, ()),
    "old style": (OLD_STYLE, ()),
    "tools": (HELLO, (TOOL, Tool("stop", ""))),
    "tools and system": (SYSTEM, (TOOL,)),
    "called": (CALLED, (TOOL,)),
    "after a call": (AFTER_CALL, (TOOL,)),
    "ends with a call": (CONTINUED, (TOOL,)),
}
