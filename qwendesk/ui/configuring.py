"""The settings in the window: shown, checked and kept elsewhere; tokens go to the keyring."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from qwendesk.api.problem import Problem
from qwendesk.api.sources import SourceSpec
from qwendesk.app import App
from qwendesk.system.secrets import Place
from qwendesk.ui.background import Background
from qwendesk.ui.dialogs.settings import SettingsDialog
from qwendesk.ui.dialogs.token import TokenRow
from qwendesk.ui.window import Window
from qwendesk.words.problems import word

_LOOK_MS = 150


class Configuring(QObject):
    """`changed` with the whole names of what was kept."""

    changed = Signal(object)

    def __init__(self, window: Window, app: App, background: Background) -> None:
        super().__init__(window)
        self._window, self._background = window, background
        self._preferences, self._secrets, self._hubs = app.preferences, app.secrets, app.sources.hubs

    def show(self) -> None:
        """Open the dialog."""
        self.dialog().open()

    def dialog(self) -> SettingsDialog:
        """The dialog, not yet shown."""
        groups = self._preferences.groups
        values = {prefix: self._preferences.values(prefix) for prefix in groups}
        tokens = {one.prefix: self._token_row(one) for one in self._hubs if one.token}
        dialog = SettingsDialog(groups.values(), values, tokens, self._window, self._window.slices)
        dialog.save_requested.connect(partial(self._save, dialog))
        return dialog

    def _save(self, dialog: SettingsDialog, changes: dict[str, Any]) -> None:
        typed = {one.hub.id: one.typed for one in dialog.tokens if one.typed}

        def keep() -> None:
            for id, token in typed.items():
                self._secrets.keep(id, token)
            self._preferences.keep(changes)

        def done(_kept: None) -> None:
            dialog.accept()
            if changes:
                self.changed.emit(set(changes))

        self._while_open(
            dialog,
            keep,
            done,
            lambda problem: dialog.show_problem(word(problem.note())),
        )

    def _token_row(self, hub: SourceSpec) -> TokenRow:
        made = TokenRow(hub)
        made.kept.connect(
            lambda token: self._change(made, hub.id, partial(self._secrets.keep, hub.id, token))
        )
        made.forgotten.connect(lambda: self._change(made, hub.id, partial(self._secrets.forget, hub.id)))
        # The keyring's library is imported by then, not while the dialog is laid out.
        QTimer.singleShot(_LOOK_MS, made, lambda: self._change(made, hub.id, lambda: None))
        return made

    def _change(self, shown: TokenRow, id: str, change: Callable[[], None]) -> None:
        """A keyring may ask for its password first, so it is asked elsewhere."""

        def work() -> Place:
            change()
            return self._secrets.where(id)

        self._while_open(
            shown, work, shown.show_place, lambda problem: shown.show_problem(word(problem.note()))
        )

    def _while_open(
        self,
        owner: QObject,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Problem], None],
    ) -> None:
        """Nobody hears of it once the dialog is gone."""
        task = self._background.run(work, done, failed)
        owner.destroyed.connect(task.cancel)
