"""What stands in one message of ChatGPT's data export, by its `content_type`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qwendesk.chat.importing.jsondata import fields
from qwendesk.models.jsonfile import Fields

_UNSEEN = frozenset(
    {"user_editable_context", "model_editable_context", "reasoning_recap", "app_pairing_content"}
)
"""Custom instructions, memories, and "Thought for 8 s": no message of anybody."""


def is_hidden(message: Fields) -> bool:
    """Whether the web page shows nothing of it."""
    content = message.inner("content").text("content_type")
    return message.inner("metadata").switch("is_visually_hidden_from_conversation") or content in _UNSEEN


def thoughts_of(content: Fields) -> str:
    """The reasoning in a message that holds nothing else; empty for others."""
    if content.text("content_type") != "thoughts":
        return ""
    found = [fields(one) for one in content.list("thoughts")]
    told = ["\n".join(filter(None, (one.text("summary"), one.text("content")))) for one in found]
    return "\n\n".join(one for one in told if one.strip())


def text_of(content: Fields) -> str:
    """The text: parts, what was said aloud, code in a fence, a quoted page, a tool's output."""
    kind = content.text("content_type")
    if kind == "code":
        return _fenced(content.text("text"), content.text("language"))
    if kind == "tether_quote":
        told = (content.text("title"), content.text("text"), content.text("url"))
        return "\n\n".join(one for one in told if one)
    if parts := content.list("parts"):
        return "\n\n".join(one for part in parts for one in _part(part))
    return content.text("text") or content.text("result")


def _part(part: Any) -> Iterator[str]:
    text = part if isinstance(part, str) else fields(part).text("text")
    if text.strip():
        yield text


def _fenced(code: str, language: str) -> str:
    if not code.strip():
        return ""
    return f"```{language if language.isalnum() and language != 'unknown' else ''}\n{code}\n```"
