"""Rendering: a conversation as the text the model reads, exactly as transformers renders it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from recipe.conversation import Conversation
from recipe.slot import MARK

TEMPLATE = Path(__file__).with_name("chat_template.jinja")


def render(chat: Conversation) -> tuple[str, str]:
    """The prompt and the reply (both with slot marks; the reply ends with its stop token)."""
    settings: dict[str, Any] = {"tools": chat.tools or None, "enable_thinking": chat.thinking}
    prompt = _unescape(template().render(messages=chat.messages[:-1], add_generation_prompt=True, **settings))
    whole = _unescape(template().render(messages=chat.messages, **settings))
    if not whole.startswith(prompt):
        raise AssertionError("the template rewrote the prompt when the reply was added")
    return prompt, whole[len(prompt) :].removesuffix("\n")


@cache
def template() -> Template:
    return compile_template(TEMPLATE.read_text(encoding="utf-8"))


def compile_template(source: str) -> Template:
    """Compiled as transformers does it: whitespace control, and a ``tojson`` that keeps order and letters."""
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    return environment.from_string(source)


def _unescape(text: str) -> str:
    return text.replace("\\u001f", MARK)
