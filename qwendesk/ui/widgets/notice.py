"""A line at the top of the window: what happened and what to do, with a button and a way to put it aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from qwendesk.ui.theme.tokens import ROOMY, SPACE, WIDE
from qwendesk.ui.widgets.parts import button, column, label, row
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.words.problems import Sentence


_PAIR = 2


class Notices(QWidget):
    """One line for each topic; a new one about the same topic replaces the old."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, QFrame] = {}
        self._acts: dict[str, dict[str, Callable[[], None]]] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self._lines)

    def show_line(
        self,
        topic: str,
        sentence: Sentence,
        action: str = "",
        act: Callable[[], None] | None = None,
        more: Sequence[tuple[str, Callable[[], None]]] = (),
    ) -> None:
        """Add or replace a line; `act` belongs to a button named `action`, and `more` are further ones."""
        self.dismiss(topic)
        frame = QFrame()
        frame.setProperty("look", "notice")
        frame.setAccessibleName(str(sentence))
        text = label(str(sentence), wrap=True, selectable=True)
        parts: list[QWidget] = [text]
        first = [(action, act)] if act is not None else []
        parts += [button(words, "", do) for words, do in first]
        self._acts[topic] = dict([*first, *more])
        parts.append(button(_("Dismiss"), "flat", lambda: self.dismiss(topic)))
        line = row(*parts, space=ROOMY, margins=(WIDE, SPACE, ROOMY, SPACE))
        line.setStretch(0, 1)
        frame.setLayout(column(line, *_below(more), space=0))
        self._lines[topic] = frame
        self._layout.addWidget(frame)

    def said(self, topic: str) -> str:
        """What a line says; nothing where there is none."""
        line = self._lines.get(topic)
        return line.accessibleName() if line is not None else ""

    def buttons(self, topic: str) -> tuple[str, ...]:
        """What stands on a line's buttons, the one to dismiss it aside."""
        return tuple(self._acts.get(topic, ()))

    def press(self, topic: str, words: str = "") -> None:
        """Do what the line's button with these words does, or its first one."""
        acts = self._acts[topic]
        (acts[words] if words else next(iter(acts.values())))()

    def dismiss(self, topic: str) -> None:
        """Take a line away, if it is there."""
        line = self._lines.pop(topic, None)
        self._acts.pop(topic, None)
        if line is not None:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()


def _below(more: Sequence[tuple[str, Callable[[], None]]]) -> list[QHBoxLayout]:
    """Further buttons, two in a row, so that long words have room in a narrow window."""
    made = []
    for start in range(0, len(more), _PAIR):
        line = row(
            *(button(words, "", do) for words, do in more[start : start + _PAIR]),
            margins=(WIDE, 0, ROOMY, SPACE),
        )
        line.addStretch()
        made.append(line)
    return made
