"""A conversation as plain text."""

from __future__ import annotations

import json
from collections.abc import Iterator

from qwendesk.chat.conversation import Conversation
from qwendesk.chat.exporting.labels import Labels
from qwendesk.chat.exporting.telling import Teller
from qwendesk.chat.turn import Turn


def plain(conversation: Conversation, labels: Labels, reasoning: bool, versions: bool) -> str:
    teller = Teller(conversation, labels, versions)
    blocks = ["\n".join(one for one in (teller.title, teller.created) if one)]
    if conversation.system:
        blocks.append(f"{labels.system}:\n{conversation.system}")
    blocks += [_message(one, teller, labels, reasoning) for one in conversation.turns]
    for branch in teller.branches():
        blocks.append(f"--- {teller.instead(branch)} ---")
        blocks += [_message(one, teller, labels, reasoning) for one in branch.turns]
    return "\n\n".join(blocks) + "\n"


def _message(turn: Turn, teller: Teller, labels: Labels, reasoning: bool) -> str:
    return f"{teller.heading(turn)}:\n" + "\n\n".join(_parts(turn, teller, labels, reasoning))


def _parts(turn: Turn, teller: Teller, labels: Labels, reasoning: bool) -> Iterator[str]:
    if attached := teller.attached(turn):
        yield f"[{attached}]"
    if reasoning and turn.reasoning.strip():
        yield f"[{labels.reasoning}]\n{turn.reasoning.strip()}\n[{labels.answer}]"
    if turn.answer:
        yield turn.answer.rstrip()
    for call in turn.finished.tool_calls if turn.finished else ():
        arguments = json.dumps(call.arguments, ensure_ascii=False)
        yield f"[{labels.called.format(tool=call.name)}: {arguments}]"
    if ending := teller.ending(turn):
        yield f"[{ending}]"
    if figures := teller.figures(turn):
        yield f"[{figures}]"
