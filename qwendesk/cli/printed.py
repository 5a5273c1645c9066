"""A reply as it comes, in the terminal."""

from __future__ import annotations

import json

from qwendesk.api.reply import Delta, Finished, PromptRead, Resplit
from qwendesk.chat.talk import TurnChanged
from qwendesk.chat.turn import Turn
from qwendesk.cli.result import endings
from qwendesk.cli.terminal import Paper
from qwendesk.words import _


class Printed:
    """What of one reply is on the paper."""

    def __init__(self, paper: Paper, silent: bool) -> None:
        self._paper = paper
        self._silent = silent
        self._part = ""

    def show(self, change: TurnChanged) -> None:
        if self._silent:
            return
        match change.event:
            case PromptRead(processed, total, _):
                self._paper.status(f"{processed:,} / {total:,}")
            case Delta():
                self._text(change.event)
            case Resplit(_, answer):
                self._paper.aside(_("(What stands above was reasoning.)"))
                self._paper.answer(answer)

    def _text(self, delta: Delta) -> None:
        if not self._part:
            self._paper.status("")
        if self._part == "reasoning" and delta.part == "answer":
            self._paper.aside("\n")
        self._part = delta.part
        if delta.part == "answer":
            self._paper.answer(delta.text)
        else:
            self._paper.reasoning(delta.text)

    def end(self, turn: Turn) -> None:
        if self._silent:
            return
        if self._part == "answer":
            self._paper.answer("\n")
        finished: Finished | None = turn.finished
        for call in finished.tool_calls if finished else ():
            self._paper.answer(f"{call.name}({json.dumps(call.arguments, ensure_ascii=False)})\n")
        for sentence in endings(finished) if finished else ():
            self._paper.aside(sentence)
