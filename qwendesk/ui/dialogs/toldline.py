"""A line on what was done or went wrong, perhaps with something to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from qwendesk.ui.widgets.parts import button, label, look_again, row
from qwendesk.words.problems import Sentence


class ToldLine(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self, width: int) -> None:
        """`width` in pixels: the height of the wrapped text is asked for at this one."""
        super().__init__()
        self._act: Callable[[], None] | None = None
        self.text = label("", "small", wrap=True, selectable=True)
        self.text.setMinimumWidth(width)
        self.act = button("", "link", self._on_act)
        line = row(self.text, self.act)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.hide()

    def tell(
        self,
        sentence: Sentence | None,
        act: Callable[[], None] | None = None,
        does: str = "",
        bad: bool = False,
    ) -> None:
        """Say this; `act` belongs to a button named `does`. None takes the line away."""
        self._act = act
        self.text.setText(str(sentence) if sentence is not None else "")
        look_again(self.text, "state", "bad" if bad else "")
        self.act.setText(does)
        self.act.setAccessibleName(does)
        self.act.setVisible(act is not None)
        self.setVisible(sentence is not None)

    def _on_act(self) -> None:
        if self._act is not None:
            self._act()
