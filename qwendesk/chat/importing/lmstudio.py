"""LM Studio's conversations: ~/.lmstudio/conversations/ID.conversation.json.

LM Studio documents no format and calls it internal (lmstudio-ai/lmstudio-js, issue 152). This is what 0.3 and
0.4 write, as public readers show it (YorkieDev/lm-studio-conversation-converter; ThreadShelf's README):
each message has `versions`, of which one is `currentlySelected`; a user's is a "singleStep" with `content`,
a reply a "multiStep" whose `steps` are blocks of text, of thinking (`style`), of calls and results of tools.
Only the selected version is what the conversation went on from. Files lie in ~/.lmstudio/user-files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from qwendesk.api.messages import ToolCall
from qwendesk.api.reply import Finished, FinishReason, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.chat.conversation import About
from qwendesk.chat.importing.growing import Said, Tree
from qwendesk.chat.importing.jsondata import arguments, fields, moment, split_thinking
from qwendesk.chat.importing.lying import Lying
from qwendesk.models.jsonfile import Fields

_STEP_TIME = re.compile(r"(\d{13})-")
_SPOKEN = frozenset({"contentBlock", "singleStep", ""})
"""Other steps are of LM Studio: its status, what a plugin tells about its work."""
_SYSTEM = "llm.prediction.systemPrompt"


def tree(value: Any, files: Lying) -> Tree | None:
    """The conversation of a file; None where it is none. Images are looked for in `files`."""
    given = fields(value)
    messages = [fields(one) for one in given.list("messages")]
    if not messages or not any(one.list("versions") for one in messages):
        return None
    said: list[Said] = []
    systems: list[str] = [system_of(given)]
    head: str | None = None
    missing = 0
    for number, message in enumerate(messages):
        after, versions = head, message.list("versions")
        selected = message.number("currentlySelected", len(versions) - 1)
        for place, version in enumerate(map(fields, versions)):
            if version.text("role") == "system":
                systems.append(_text(version.list("content")))
                continue
            missing += _missing(version, files)
            chain = _chain(f"{number}.{place}", after, version, files)
            said += chain
            if chain and place == selected:
                head = chain[-1].key
    about = About(
        0,
        given.text("name"),
        "\n\n".join(dict.fromkeys(one for one in systems if one.strip())),
        pinned=given.switch("pinned"),
        created=moment(given.values.get("createdAt")),
        updated=max(moment(given.values.get(f"{who}LastMessagedAt")) for who in ("user", "assistant")),
    )
    return Tree(about, tuple(said), head, missing)


def system_of(given: Fields) -> str:
    """The system message: of this chat's settings, or of the chat."""
    for one in given.inner("perChatPredictionConfig").list("fields"):
        if fields(one).text("key") == _SYSTEM and fields(one).text("value"):
            return fields(one).text("value")
    return given.text("systemPrompt")


def _chain(key: str, after: str | None, version: Fields, files: Lying) -> list[Said]:
    """The messages of one version; a reply that calls tools is several, with the results between them."""
    if version.text("role") != "assistant":
        images = tuple(found for name in _images(version) if (found := files.image(name)) is not None)
        text = _text(version.list("content"))
        return [Said(key, after, "user", text, images=images)] if text.strip() or images else []
    steps = [fields(one) for one in version.list("steps")] or [version]
    chain: list[Said] = []
    reply = Said("", None, "assistant", "", model=version.inner("senderInfo").text("senderName"))
    for message in _messages(steps, reply):
        parent = chain[-1].key if chain else after
        chain.append(replace(message, key=f"{key}.{len(chain)}", parent=parent))
    return chain


def _messages(steps: list[Fields], empty: Said) -> Iterator[Said]:
    """A reply ends where a tool's result comes."""
    reply = empty
    for step in steps:
        if step.text("type") not in _SPOKEN:
            continue
        reply = _with_figures(reply, step)
        thinks = step.inner("style").text("type") == "thinking"
        for part in map(fields, step.list("content")):
            kind = part.text("type")
            if kind == "text" and not part.switch("isStructural"):
                reply = _with_text(reply, part.text("text"), thinks)
            elif kind == "toolCallRequest":
                call = ToolCall(part.text("name"), arguments(part.values.get("parameters")))
                reply = replace(reply, calls=(*reply.calls, call))
            elif kind == "toolCallResult":
                name = part.text("name") or (reply.calls[-1].name if reply.calls else "")
                if _is_something(reply):
                    yield _split(reply)
                reply = empty
                yield Said("", None, "tool", _result(part.values.get("content")), name=name)
    if _is_something(reply):
        yield _split(reply)


def _with_text(reply: Said, text: str, thinks: bool) -> Said:
    if thinks:
        return replace(reply, reasoning=reply.reasoning + text)
    return replace(reply, text=reply.text + text)


def _is_something(reply: Said) -> bool:
    return bool(reply.text.strip() or reply.reasoning.strip() or reply.calls)


def _split(reply: Said) -> Said:
    """Older versions keep the thinking in the text, with its tags."""
    thought, text = split_thinking(reply.text)
    return replace(reply, text=text, reasoning=(reply.reasoning or thought).strip())


def _with_figures(reply: Said, step: Fields) -> Said:
    info = step.inner("genInfo")
    time = _STEP_TIME.match(step.text("stepIdentifier"))
    reply = replace(
        reply,
        model=info.text("identifier") or reply.model,
        created=reply.created or (moment(int(time[1])) if time else 0.0),
    )
    stats = info.inner("stats")
    if not stats.number("predictedTokensCount"):
        return reply
    usage = Usage(stats.number("promptTokensCount"), 0, stats.number("predictedTokensCount"))
    timings = Timings(
        stats.real("timeToFirstTokenSec") or None,
        None,
        stats.real("tokensPerSecond") or None,
        total_s=stats.real("totalTimeSec"),
    )
    stopped = stats.text("stopReason") == "userStopped"
    reason: FinishReason = "cancelled" if stopped else "stop"
    return replace(reply, stopped=stopped, finished=Finished(reason, "", "", (), usage, timings, Sampling()))


def _text(content: list[Any]) -> str:
    parts = [fields(one) for one in content]
    return "\n".join(one.text("text") for one in parts if one.text("type") == "text")


def _result(content: Any) -> str:
    """A tool's result is a text, or the JSON of parts with texts."""
    if isinstance(content, str) and content.startswith("["):
        given = arguments(content).get("input")
        content = given if isinstance(given, list) else content
    if isinstance(content, list):
        return "\n".join(fields(one).text("text") for one in content)
    return content if isinstance(content, str) else ""


def _images(version: Fields) -> list[str]:
    parts = [fields(one) for one in version.list("content")]
    return [one.text("fileIdentifier") for one in parts if one.text("type") == "file"]


def _missing(version: Fields, files: Lying) -> int:
    return sum(files.image(name) is None for name in _images(version))
