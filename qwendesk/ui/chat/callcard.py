"""A call that a reply asks for: what would run, and the three answers to that."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from qwendesk.api.messages import ToolCall
from qwendesk.ui.chat.buttons import button
from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.look import rounded
from qwendesk.ui.theme.style import code_font, colours
from qwendesk.ui.theme.tokens import CARD_RADIUS, ROOMY, SMALL, SPACE, WIDE
from qwendesk.ui.widgets.parts import column, row
from qwendesk.words import _

_LONGEST = 600


class CallItem(Item):
    """`decide` hears "call_run", "call_always" or "call_refuse"."""

    above = ROOMY

    def __init__(self, call: ToolCall, decide: Callable[[str], None]) -> None:
        super().__init__()
        self.call, self.decide = call, decide

    def estimate(self, width: int) -> int:
        return 112

    def make(self, parent: QWidget) -> Block:
        return _CallBlock(parent, self)


class _CallBlock(Block):
    def __init__(self, parent: QWidget, item: CallItem) -> None:
        super().__init__(parent)
        title = _("The model asks to run {tool}").format(tool=item.call.name)
        self.setAccessibleName(title)
        self._buttons = [
            button(self, words, look, partial(item.decide, what))
            for words, look, what in (
                (_("Run"), "primary", "call_run"),
                (_("Always in this chat"), "outline", "call_always"),
                (_("Refuse"), "quiet", "call_refuse"),
            )
        ]
        self._column = column(
            self._label(title, "strong"),
            self._label(arguments(item.call), "code"),
            row(*self._buttons, 1, space=SPACE),
            space=SPACE,
            margins=(WIDE + SPACE, ROOMY, WIDE, ROOMY),
        )
        self.setLayout(self._column)

    def _label(self, words: str, look: str) -> QLabel:
        made = QLabel(words, self)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setProperty("look", look)
        made.setWordWrap(True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if look == "code":
            made.setFont(code_font(SMALL))
        return made

    def measure(self, width: int) -> int:
        self._column.invalidate()
        return max(self._column.heightForWidth(width), self._column.minimumSize().height())

    def tab_stops(self) -> list[QWidget]:
        return list(self._buttons)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        painter = rounded(self, theme.raised, theme.line, CARD_RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(8, 12, 4, self.height() - 24, 2, 2)


def arguments(call: ToolCall) -> str:
    """What it would run with, one to a line; very long ones are cut in the middle of nothing."""
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in call.arguments.items())
    text = "\n".join(lines)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
