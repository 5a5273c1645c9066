"""Byte equality with transformers' own renderer."""

from pathlib import Path
from typing import Any

import pytest

from fakes.conversations import CONVERSATIONS
from qwendesk.api.messages import Message, Tool
from qwendesk.worker.prompt import compiled

TEMPLATES = ["Qwen-Qwen3-0.6B.jinja", "Qwen-Qwen2.5-7B-Instruct.jinja", "Qwen-QwQ-32B.jinja"]


def as_transformers_takes_it(message: Message) -> dict[str, Any]:
    calls = [
        {"type": "function", "function": {"name": one.name, "arguments": one.arguments}}
        for one in message.tool_calls
    ]
    given = {"reasoning_content": message.reasoning, "tool_calls": calls, "name": message.name}
    return {"role": message.role, "content": message.content} | {
        key: value for key, value in given.items() if value
    }


def schema(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


@pytest.mark.parametrize("on", [None, True, False])
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_equal_to_transformers(fixtures: Path, template: str, conversation: str, on: bool | None) -> None:
    reference = pytest.importorskip(
        "transformers.utils.chat_template_utils", reason="transformers is not here"
    )
    source = (fixtures / "qwen" / "templates" / template).read_text(encoding="utf-8")
    messages, tools = CONVERSATIONS[conversation]
    expected, _ = reference.render_jinja_template(
        [[as_transformers_takes_it(one) for one in messages]],
        tools=[schema(one) for one in tools] or None,
        chat_template=source,
        add_generation_prompt=True,
        **({} if on is None else {"enable_thinking": on}),
    )
    assert compiled(source).render(messages, tools, on) == expected[0]
