"""What a tool gave back, as a folded line of the conversation."""

from __future__ import annotations

from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.blocklist import BlockList
from qwendesk.ui.chat.lines import LineItem
from qwendesk.ui.chat.section import Section
from qwendesk.words import _

_LONGEST = 400


class ToolResult(Section):
    """The beginning of the result; the whole goes to the model."""

    def __init__(self, blocks: BlockList, turn: Turn, start: int | None = None) -> None:
        super().__init__(blocks, start)
        text = " ".join(turn.answer.split())
        shown = text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
        self.splice(0, 0, [LineItem(_("{tool} gave back: {text}").format(tool=turn.name, text=shown))])
