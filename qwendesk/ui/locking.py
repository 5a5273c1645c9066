"""The lock of the history in the window: changed on a thread of its own, its progress shown in the dialog."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.store import driver
from qwendesk.store.locking import LockAdvanced
from qwendesk.ui.background import Background
from qwendesk.ui.dialogs.lock import LockDialog
from qwendesk.ui.window import Window
from qwendesk.words.problems import word


class Locking(QObject):
    """One dialog at a time. The engine room goes on with the database in its new form."""

    def __init__(self, window: Window, app: App, background: Background) -> None:
        super().__init__(window)
        self._window, self._app, self._background = window, app, background
        self._dialog: LockDialog | None = None

    def on_event(self, event: object) -> None:
        if isinstance(event, LockAdvanced) and self._dialog is not None and self._dialog.busy:
            self._dialog.show_progress(event)

    def show(self) -> None:
        """Open the dialog, once it is known whether there is a lock."""
        if self._dialog is None:
            self._background.run(self._look, self._on_known, self._on_failed)

    def _look(self) -> tuple[bool, bool]:
        """Whether there is a lock, and whether the keyring has its passphrase."""
        locked = self._app.store.locked
        return locked, locked and self._app.passphrase.remembered

    def _on_known(self, known: tuple[bool, bool]) -> None:
        if self._dialog is None:
            self.dialog(*known).open()

    def dialog(self, locked: bool, remembered: bool = False) -> LockDialog:
        """The dialog, not yet shown."""
        made = LockDialog(self._window, locked)
        made.remember.setChecked(remembered)
        if not driver.is_supported():
            made.show_unsupported(word(Problem("store_locked_unsupported").note()))
        made.lock_requested.connect(self._on_lock)
        made.change_requested.connect(self._on_change)
        made.remove_requested.connect(self._on_remove)
        made.finished.connect(lambda _how: self._forget())
        self._dialog = made
        return made

    def _forget(self) -> None:
        self._dialog = None

    def _on_lock(self, new: str) -> None:
        self._do(partial(self._app.locking.lock, new), self._keeping(new), locked=True)

    def _on_change(self, old: str, new: str) -> None:
        self._do(partial(self._app.locking.change, old, new), self._keeping(new), locked=True)

    def _on_remove(self, old: str) -> None:
        self._do(partial(self._app.locking.unlock_for_good, old), self._app.passphrase.forget, locked=False)

    def _keeping(self, new: str) -> Callable[[], None]:
        """The keyring has the new passphrase or none: never one that does not hold any more."""
        if self._dialog is not None and self._dialog.remember.isChecked():
            return partial(self._app.passphrase.remember, new)
        return self._app.passphrase.forget

    def _do(self, change: Callable[[], None], keep: Callable[[], None], *, locked: bool) -> None:
        if self._dialog is not None:
            self._dialog.show_progress(LockAdvanced("copying"))

        def work() -> Problem | None:
            change()
            try:
                keep()
            except Problem as problem:
                return problem
            return None

        self._background.run(work, partial(self._on_done, locked), self._on_failed)

    def _on_done(self, locked: bool, problem: Problem | None) -> None:
        if self._dialog is not None:
            self._dialog.show_done(locked)
        if problem is not None:
            self._window.notices.show_line("lock", word(problem.note()))

    def _on_failed(self, problem: Problem) -> None:
        if self._dialog is not None:
            self._dialog.show_problem(word(problem.note()))
        else:
            self._window.notices.show_line("lock", word(problem.note()))
