"""The comparison of the Qwen family in the window: read elsewhere, shown in a dialog of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from qwendesk.models.comparison import Row, compared, compared_family
from qwendesk.ui.background import Background
from qwendesk.ui.dialogs.comparison import ComparisonDialog
from qwendesk.ui.window import Window
from qwendesk.words.problems import word


class Comparing(QObject):
    """`family_chosen` with the id of a family whose files shall be seen."""

    family_chosen = Signal(str)

    def __init__(self, window: Window, background: Background) -> None:
        super().__init__(window)
        self._window, self._background = window, background

    def show(self) -> None:
        """Open the table beside the window: both can be used."""
        self.dialog().show()

    def dialog(self) -> ComparisonDialog:
        """The table, not yet shown; its rows come in a moment."""
        made = ComparisonDialog(self._window)
        made.family_chosen.connect(self.family_chosen)
        self._read(made)
        return made

    def _read(self, dialog: ComparisonDialog) -> None:
        task = self._background.run(
            _rows,
            dialog.show_rows,
            lambda problem: dialog.show_error(word(problem.note()), lambda: self._read(dialog)),
        )
        dialog.destroyed.connect(task.cancel)


def _rows() -> list[tuple[Row, list[Row]]]:
    return [(one, compared_family(one.family)) for one in compared()]
