"""The foot of the Run dock: unload, load, and how far loading is."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from qwendesk.runtimes.state import SessionState
from qwendesk.ui.theme.tokens import ROOMY, SPACE, WIDE
from qwendesk.ui.widgets.parts import boxed, button, column, label, row
from qwendesk.words import _


class LoadBar(QWidget):
    """`load_requested`, `unload_requested`; a cancelled load is an unload."""

    load_requested = Signal()
    unload_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.load = button(_("Load"), "primary", self.load_requested.emit)
        self.unload = button(
            _("Unload"), "", self.unload_requested.emit, _("End the worker; its memory comes back.")
        )
        self.cancel = button(_("Cancel"), "", self.unload_requested.emit, _("Stop loading."))
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(_("Loading the model"))
        self._text = label("", "small")
        progress = column(self._text, self._bar, space=SPACE // 2)
        self._loading = boxed(row(progress, self.cancel, space=ROOMY))
        self._idle = boxed(row(self.unload, 1, self.load))
        self.setLayout(column(self._loading, self._idle, margins=(WIDE, ROOMY, WIDE, ROOMY)))
        self._state: SessionState | None = None
        self._timer = QTimer(self, interval=500)
        self._timer.timeout.connect(self._tick)
        self.show_state(None)

    def show_state(self, state: SessionState | None) -> None:
        """What the session says; None where there is none."""
        self._state = state
        loading = state is not None and state.phase in ("starting", "loading")
        self._loading.setVisible(loading)
        self._idle.setVisible(not loading)
        self.unload.setEnabled(state is not None and state.phase == "ready")
        if loading:
            self._tick()
            self._timer.start()
        else:
            self._timer.stop()

    def offer(self, text: str, enabled: bool) -> None:
        """What the primary button says, and whether it can be pressed."""
        self.load.setText(text)
        self.load.setAccessibleName(text)
        self.load.setEnabled(enabled)

    def _tick(self) -> None:
        if self._state is None:
            return
        fraction = self._state.progress.fraction if self._state.progress else None
        self._bar.setMaximum(0 if fraction is None else 1000)
        if fraction is None:
            passed = max(0.0, time.monotonic() - self._state.since)
            self._text.setText(_("Loading, {seconds:.0f} s").format(seconds=passed))
        else:
            self._bar.setValue(round(1000 * fraction))
            self._text.setText(_("Loading, {percent:.0f} %").format(percent=100 * fraction))
