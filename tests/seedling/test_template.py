"""Seedling's template renders what Qwen3's renders, byte for byte."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import jinja2
import pytest
from recipe.conversation import SKILLS, conversation
from recipe.draw import Draw
from recipe.rendering import compile_template, template

WEATHER = {
    "type": "function",
    "function": {"name": "get_weather", "parameters": {"type": "object", "a": "ä<&>"}},
}
CALL = {"type": "function", "function": {"name": "get_weather", "arguments": {"z": 1, "city": "Zürich"}}}

USER = {"role": "user", "content": "Hi"}
PECULIAR: list[list[dict[str, Any]]] = [
    [USER],
    [{"role": "system", "content": ""}, USER],
    [{"role": "system", "content": "A"}, USER, {"role": "system", "content": "B"}, USER],
    [USER, {"role": "assistant", "content": "<think>\na\n</think>\n\nb"}, USER],
    [USER, {"role": "assistant", "content": "<think>\na\n</think>\n\nb"}],
    [USER, {"role": "assistant", "content": "x", "reasoning_content": "\n\ny\n"}],
    [USER, {"role": "assistant", "content": "\n\nx", "reasoning_content": None}],
    [
        USER,
        {"role": "assistant", "content": "x", "reasoning_content": "y"},
        USER,
        {"role": "assistant", "content": "z"},
    ],
    [USER, {"role": "assistant", "content": "", "tool_calls": [CALL, CALL]}],
    [USER, {"role": "assistant", "content": "see", "tool_calls": [CALL["function"]]}],
    [USER, {"role": "assistant", "content": "", "tool_calls": [{"name": "f", "arguments": '{"a":1}'}]}],
    [USER, {"role": "assistant", "content": "", "tool_calls": [CALL]}, {"role": "tool", "content": "1"}],
    [
        USER,
        {"role": "assistant", "content": "", "reasoning_content": "why", "tool_calls": [CALL, CALL]},
        {"role": "tool", "content": "1"},
        {"role": "tool", "content": "2"},
        {"role": "assistant", "content": "3"},
    ],
    [
        USER,
        {"role": "user", "content": "<tool_response>\n1\n</tool_response>"},
        {"role": "assistant", "content": "x"},
    ],
    [{"role": "tool", "content": "first"}, USER],
    [{"role": "assistant", "content": "first"}, USER],
    [{"role": "assistant", "content": "alone"}],
]


@pytest.fixture
def real(fixtures: Path) -> jinja2.Template:
    return compile_template(
        (fixtures / "qwen" / "templates" / "Qwen-Qwen3-0.6B.jinja").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("tools", [None, [WEATHER], [WEATHER, WEATHER]])
@pytest.mark.parametrize("thinking", [None, True, False])
@pytest.mark.parametrize("index", range(len(PECULIAR)))
def test_same_text_for_peculiar_chats(
    real: jinja2.Template, index: int, thinking: bool | None, tools: list[dict[str, Any]] | None
) -> None:
    settings: dict[str, Any] = (
        {"tools": tools} if thinking is None else {"tools": tools, "enable_thinking": thinking}
    )
    for prompt in (True, False):
        ours, theirs = (
            one.render(messages=copy.deepcopy(PECULIAR[index]), add_generation_prompt=prompt, **settings)
            for one in (template(), real)
        )
        assert ours == theirs


@pytest.mark.parametrize("skill", SKILLS)
def test_same_text_for_lessons(real: jinja2.Template, skill: str) -> None:
    for seed in range(60):
        chat = conversation(Draw(seed), skill, held_out=bool(seed % 2))
        settings: dict[str, Any] = {"tools": chat.tools or None, "enable_thinking": chat.thinking}
        for messages, prompt in ((chat.messages[:-1], True), (chat.messages, False)):
            ours, theirs = (
                one.render(messages=messages, add_generation_prompt=prompt, **settings)
                for one in (template(), real)
            )
            assert ours == theirs


def test_no_content_is_empty_content() -> None:
    texts = [
        template().render(
            messages=[
                USER,
                {"role": "assistant", "content": content, "tool_calls": [CALL]},
                {"role": "tool", "content": "1"},
            ],
            add_generation_prompt=True,
        )
        for content in (None, "")
    ]
    assert texts[0] == texts[1]
