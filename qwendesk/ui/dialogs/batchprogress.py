"""How far a batch is: a bar, a line of figures, and what went wrong last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QProgressBar, QWidget

from qwendesk.chat.batch.progress import Progress
from qwendesk.ui.theme.tokens import SPACE
from qwendesk.ui.widgets.parts import column, label, look_again, row
from qwendesk.words import _
from qwendesk.words import batch as words
from qwendesk.words.problems import Sentence

_FULL = 1000


class BatchProgress(QWidget):
    """Nothing is to be seen before there is something to tell."""

    def __init__(self, width: int) -> None:
        """`width` in pixels, which the sentences have at least."""
        super().__init__()
        self.bar = QProgressBar(textVisible=False, maximum=_FULL)
        self.bar.setAccessibleName(_("Rows done"))
        self.rows = label("", "small")
        self.pace = label("", "small")
        self.told = label("", "small", wrap=True, selectable=True)
        self.told.setAccessibleName(_("What came of it"))
        self.told.setMinimumWidth(width)
        self.setLayout(column(self.bar, row(self.rows, 1, self.pace), self.told, space=SPACE))
        self.hide()

    def show_progress(self, now: Progress) -> None:
        """As it goes on."""
        measured = now.total is not None and now.phase == "asking"
        self.bar.setMaximum(_FULL if measured else 0)
        if now.total and measured:
            self.bar.setValue(_FULL * now.done // now.total)
        self.bar.show()
        self.rows.setText(words.rows(now))
        self.pace.setText(" · ".join(words.pace(now)) if measured else words.phase(now.phase))
        self._tell(words.failure(now.row, now.problem) if now.row and now.problem else "", "warn")
        self.show()

    def show_end(self, now: Progress, target: Path) -> None:
        """All of it is done."""
        self.bar.setMaximum(_FULL)
        self.bar.setValue(_FULL)
        self.rows.setText(words.rows(now))
        self.pace.setText("")
        self._tell(str(words.ended(now, target)), "warn" if now.failed else "good")
        self.show()

    def show_problem(self, sentence: Sentence) -> None:
        """It does not go on."""
        self.bar.hide()
        self.pace.setText("")
        self._tell(str(sentence), "bad")
        self.show()

    def _tell(self, text: str, state: str) -> None:
        self.told.setText(text)
        self.told.setVisible(bool(text))
        look_again(self.told, "state", state)
