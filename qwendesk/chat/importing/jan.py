"""Jan's threads: a folder with thread.json and messages.jsonl, a message a line.

The shapes are those of Jan's source (janhq/jan, core/src/types: threadEntity.ts, messageEntity.ts). Versions
hang at their parent by `metadata.parentId`, and `metadata.activeChildId` tells which is shown, else it is the
newest (web-app/src/lib/message-branching.ts); threads from before are one path. Reasoning is content of its
own, or stands in <think> tags in what older versions wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qwendesk.api.messages import ToolCall
from qwendesk.chat.conversation import About
from qwendesk.chat.importing.growing import Said, Tree
from qwendesk.chat.importing.jsondata import arguments, fields, moment, split_thinking
from qwendesk.chat.pictures import from_address
from qwendesk.models.jsonfile import Fields


def tree(thread: Any, lines: Sequence[Any]) -> Tree:
    """The conversation of a thread and its messages."""
    given = fields(thread)
    messages = [fields(one) for one in lines if isinstance(one, dict)]
    assistant = fields(next(iter(given.list("assistants")), None))
    about = About(
        0,
        given.text("title") or given.text("summary"),
        assistant.text("instructions"),
        created=moment(given.values.get("created")),
        updated=moment(given.values.get("updated")),
    )
    model = assistant.inner("model").text("id")
    branched = any("parentId" in one.inner("metadata").values for one in messages)
    if branched:
        messages.sort(key=lambda one: moment(one.values.get("created_at")))
    said: list[Said] = []
    ends: dict[str, str] = {}
    for number, message in enumerate(messages):
        key = message.text("id") or f"{number}"
        before = said[-1].key if said else None
        parent = _parent(message, ends) if branched else before
        chain = list(_chain(key, parent, message, model))
        said += chain
        ends[key] = chain[-1].key if chain else (parent or "")
    head = _head(messages, given.inner("metadata").text("activeRootId")) if branched else None
    return Tree(about, tuple(said), ends.get(head) if head is not None else None)


def _parent(message: Fields, ends: dict[str, str]) -> str | None:
    """Where it hangs; a reply without a parent, as some versions of Jan wrote it, goes on with the rest."""
    parent = message.inner("metadata").text("parentId")
    if not parent and message.text("role") != "user":
        return next(reversed(ends.values()), None) or None
    return ends.get(parent) or None


def _head(messages: Sequence[Fields], root: str) -> str | None:
    """The last message of the path that Jan shows; `messages` by their time."""
    children: dict[str, list[Fields]] = {}
    for one in messages:
        children.setdefault(one.inner("metadata").text("parentId"), []).append(one)
    wanted, head, seen = root, "", {""}
    while here := children.get(head):
        chosen = next((one for one in here if wanted and one.text("id") == wanted), here[-1])
        head, wanted = chosen.text("id"), chosen.inner("metadata").text("activeChildId")
        if head in seen:
            break
        seen.add(head)
    return head or None


def _chain(key: str, parent: str | None, message: Fields, model: str) -> Iterator[Said]:
    """The message, and the results of tools that its call has in it, each a message of its own."""
    parts = [fields(one) for one in message.list("content")]
    text = "\n".join(one.inner("text").text("value") for one in parts if one.text("type") == "text")
    created = moment(message.values.get("created_at"))
    if message.text("role") != "assistant":
        images = tuple(filter(None, (from_address(one.inner("image_url").text("url")) for one in parts)))
        if text.strip() or images:
            yield Said(key, parent, "user", text, created=created, images=images)
        return
    thought, text = split_thinking(text)
    told = "\n\n".join(one.inner("text").text("value") for one in parts if one.text("type") == "reasoning")
    calls = [one for one in parts if one.text("type") == "tool_call"]
    if not (text.strip() or thought or told or calls):
        return
    asked = tuple(ToolCall(one.text("tool_name"), arguments(one.values.get("input"))) for one in calls)
    stopped = message.text("status") in ("stopped", "error", "pending")
    thought = told.strip() or thought
    if not calls:
        yield Said(key, parent, "assistant", text, thought, created, model, stopped=stopped)
        return
    yield Said(key, parent, "assistant", "", thought, created, model, calls=asked)
    last = key
    for number, call in enumerate(calls):
        result = call.values.get("output")
        yield Said(
            f"{key}.{number}", last, "tool", _told(result), created=created, name=call.text("tool_name")
        )
        last = f"{key}.{number}"
    if text.strip():
        yield Said(f"{key}.text", last, "assistant", text, "", created, model, stopped=stopped)


def _told(result: Any) -> str:
    """A tool's result: a text, or content with texts."""
    if isinstance(result, str):
        return result
    content = fields(result).list("content") or (result if isinstance(result, list) else [])
    return "\n".join(fields(one).text("text") for one in content)
