"""A conversation as Markdown: what was said stays to the letter, so that code can be copied from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from qwendesk.chat.conversation import Conversation
from qwendesk.chat.exporting.labels import Labels
from qwendesk.chat.exporting.telling import Teller
from qwendesk.chat.turn import Turn

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~!&])")
_FENCE = re.compile(r"[ >]*(`{3,}|~{3,})(.*)")


def markdown(conversation: Conversation, labels: Labels, reasoning: bool, versions: bool) -> str:
    teller = Teller(conversation, labels, versions)
    blocks = [f"# {escaped(teller.title)}"]
    if teller.created:
        blocks.append(teller.created)
    if conversation.system:
        blocks += [f"## {labels.system}", closed(conversation.system)]
    for turn in conversation.turns:
        blocks += _message(turn, teller, labels, reasoning)
    for branch in teller.branches():
        blocks += ["---", f"*{escaped(teller.instead(branch))}*"]
        for turn in branch.turns:
            blocks += _message(turn, teller, labels, reasoning)
    return "\n\n".join(blocks) + "\n"


def _message(turn: Turn, teller: Teller, labels: Labels, reasoning: bool) -> Iterator[str]:
    yield f"## {escaped(teller.heading(turn))}"
    if attached := teller.attached(turn):
        yield f"*{escaped(attached)}*"
    if reasoning and turn.reasoning.strip():
        summary = f"<details>\n<summary>{escaped(labels.reasoning)}</summary>"
        yield f"{summary}\n\n{closed(turn.reasoning.strip())}\n\n</details>"
    if turn.role == "tool":
        yield fenced(turn.answer)
    elif turn.answer:
        yield closed(turn.answer.rstrip())
    for call in turn.finished.tool_calls if turn.finished else ():
        yield f"*{escaped(labels.called.format(tool=call.name))}*"
        yield fenced(json.dumps(call.arguments, ensure_ascii=False, indent=2), "json")
    if ending := teller.ending(turn):
        yield f"*{escaped(ending)}*"
    if figures := teller.figures(turn):
        yield f"<sub>{escaped(figures)}</sub>"


def escaped(text: str) -> str:
    """A line of text without any meaning in Markdown."""
    return _MARKUP.sub(r"\\\1", text)


def fenced(text: str, language: str = "") -> str:
    """As a code block that nothing in the text can end."""
    longest = max((len(one) for one in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def closed(text: str) -> str:
    """The text, and the end of a code block that a reply was cut off in: what follows is not code."""
    open_fence = ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if found is None:
            continue
        fence, rest = found.groups()
        if not open_fence:
            open_fence = fence if fence[0] == "~" or "`" not in rest else ""
        elif fence.startswith(open_fence) and not rest.strip():
            open_fence = ""
    return f"{text}\n{open_fence}" if open_fence else text
