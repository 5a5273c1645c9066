"""Messages in the shape of OpenAI's chat API, with images in them; as `qwendesk.chat.openai` reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from qwendesk.chat import openai
from qwendesk.chat.conversation import About
from qwendesk.chat.importing.growing import Said, Tree
from qwendesk.chat.importing.jsondata import fields, moment, split_thinking
from qwendesk.chat.pictures import from_address


def tree(value: Any, path: str) -> Tree:
    """The conversation of a list of messages, or of an object that has one under `messages`.

    Raises:
        Problem: as `openai.messages` does.
    """
    given = fields(value)
    listed = value if isinstance(value, list) else given.list("messages")
    plain = [dict(_without_images(one)) if isinstance(one, dict) else one for one in listed]
    messages = openai.messages(msgspec.json.encode(plain), path)
    said: list[Said] = []
    systems: list[str] = []
    missing = 0
    for number, (message, raw) in enumerate(zip(messages, listed, strict=True)):
        if message.role == "system":
            systems.append(message.content)
            continue
        images = list(_images(raw))
        missing += images.count(None)
        is_reply = message.role == "assistant" and not message.reasoning
        thought, text = split_thinking(message.content) if is_reply else (message.reasoning, message.content)
        said.append(
            Said(
                str(number),
                said[-1].key if said else None,
                message.role,
                text,
                thought,
                moment(fields(raw).values.get("created_at") or fields(raw).values.get("timestamp")),
                name=message.name,
                calls=message.tool_calls,
                images=tuple(one for one in images if one is not None),
            )
        )
    created = moment(given.values.get("created_at") or given.values.get("created"))
    about = About(0, given.text("title") or given.text("name"), "\n\n".join(systems), created=created)
    return Tree(about, tuple(said), missing=missing)


def _without_images(message: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in message.items():
        if key == "content" and isinstance(value, list):
            yield key, [one for one in value if fields(one).text("type") != "image_url"]
        else:
            yield key, value


def _images(message: Any) -> Iterator[bytes | None]:
    """None for one that only has an address elsewhere."""
    for part in map(fields, fields(message).list("content")):
        if part.text("type") == "image_url":
            yield from_address(part.inner("image_url").text("url") or part.text("image_url"))
