"""A locked home in the window: asked for its passphrase until it opens, or until the window is closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from qwendesk.api.problem import Problem
from qwendesk.ui.background import Background
from qwendesk.ui.dialogs.unlock import UnlockDialog
from qwendesk.ui.opening import Opened, looked
from qwendesk.ui.window import Window
from qwendesk.words.problems import word


class Unlocking(QObject):
    """`done` is called with the engine room as it is once it is unlocked."""

    def __init__(
        self, window: Window, background: Background, opened: Opened, done: Callable[[Opened], None]
    ) -> None:
        super().__init__(window)
        self._window, self._background, self._opened, self._done = window, background, opened, done
        self.dialog = UnlockDialog(window)
        self.dialog.unlock_requested.connect(self._on_typed)
        self.dialog.rejected.connect(window.close)

    def show(self) -> None:
        """Open the dialog; a passphrase from elsewhere that did not fit is told of at once."""
        problem = self._opened.problem
        if problem is not None and problem.id != "store_locked":
            self.dialog.show_problem(word(problem.note()))
        self.dialog.open()

    def _on_typed(self, passphrase: str) -> None:
        self.dialog.show_busy()
        self._background.run(
            partial(looked, self._opened.app, passphrase),
            partial(self._on_looked, passphrase),
            self._on_failed,
        )

    def _on_looked(self, passphrase: str, opened: Opened) -> None:
        if opened.locked and opened.problem is not None:
            self._on_failed(opened.problem)
            return
        if self.dialog.remember.isChecked():
            remember = partial(opened.app.passphrase.remember, passphrase)
            self._background.run(remember, lambda _: None, self._on_not_remembered)
        self.dialog.accept()
        self._done(opened)

    def _on_failed(self, problem: Problem) -> None:
        self.dialog.show_problem(word(problem.note()))

    def _on_not_remembered(self, problem: Problem) -> None:
        self._window.notices.show_line("lock", word(problem.note()))
