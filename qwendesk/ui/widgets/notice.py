"""A line at the top of the window: what happened and what to do, with a button and a way to put it aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from qwendesk.ui.theme.tokens import ROOMY, SPACE, WIDE
from qwendesk.ui.widgets.parts import button, label, row
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.words.problems import Sentence


class Notices(QWidget):
    """One line for each topic; a new one about the same topic replaces the old."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, QFrame] = {}
        self._acts: dict[str, Callable[[], None]] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self._lines)

    def show_line(
        self, topic: str, sentence: Sentence, action: str = "", act: Callable[[], None] | None = None
    ) -> None:
        """Add or replace a line; `act` belongs to a button named `action`."""
        self.dismiss(topic)
        frame = QFrame()
        frame.setProperty("look", "notice")
        frame.setAccessibleName(str(sentence))
        text = label(str(sentence), wrap=True, selectable=True)
        parts: list[QWidget] = [text]
        if act is not None:
            parts.append(button(action, "", act))
            self._acts[topic] = act
        parts.append(button(_("Dismiss"), "flat", lambda: self.dismiss(topic)))
        line = row(*parts, space=ROOMY, margins=(WIDE, SPACE, ROOMY, SPACE))
        line.setStretch(0, 1)
        frame.setLayout(line)
        self._lines[topic] = frame
        self._layout.addWidget(frame)

    def said(self, topic: str) -> str:
        """What a line says; nothing where there is none."""
        line = self._lines.get(topic)
        return line.accessibleName() if line is not None else ""

    def press(self, topic: str) -> None:
        """Do what the line's button does."""
        self._acts[topic]()

    def dismiss(self, topic: str) -> None:
        """Take a line away, if it is there."""
        line = self._lines.pop(topic, None)
        self._acts.pop(topic, None)
        if line is not None:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
