"""The ledger and the offline switch in the window: read elsewhere, shown in the dock and the status bar."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.system.exchange import Exchange, RequestMade
from qwendesk.ui.background import Background
from qwendesk.ui.docks.network import NetworkView
from qwendesk.ui.window import Window
from qwendesk.words import requests
from qwendesk.words.problems import word

_MOST = 2_000
_AFTER_MS = 200
"""Requests come in bursts; the ledger is read once for all of them."""


class Networking(QObject):
    """`changed` once the switch and the ledger were looked at anew."""

    changed = Signal()

    def __init__(self, window: Window, app: App, background: Background, view: NetworkView) -> None:
        super().__init__(window)
        self._window, self._background, self._view = window, background, view
        self._ledger, self._switch = app.ledger, app.offline
        self._started = time.time()
        self.offline = False
        self._reading = False
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(self.refresh)
        view.offline_turned.connect(self.turn)
        view.refresh_requested.connect(self.refresh)
        window.status.privacy_clicked.connect(window.docks["network"].focus_body)

    def on_event(self, event: object) -> None:
        if isinstance(event, RequestMade) and not self._soon.isActive():
            self._soon.start()

    def refresh(self) -> None:
        """Read the ledger and the switch again; another process may have used both."""
        if not self._reading:
            self._reading = True
            self._background.run(self._look, self._on_seen, self._on_unseen)

    def _look(self) -> tuple[list[Exchange], bool]:
        return self._ledger.entries(most=_MOST), self._switch.reason() is not None

    def _on_seen(self, seen: tuple[list[Exchange], bool]) -> None:
        self._reading = False
        exchanges, self.offline = seen
        self._view.show_offline(self.offline, fixed=self._switch.by_variable())
        self._view.show_exchanges(exchanges)
        self._window.status.show_privacy(requests.privacy(exchanges, self._started, offline=self.offline))
        self.changed.emit()

    def _on_unseen(self, problem: Problem) -> None:
        self._reading = False
        self._view.show_error(word(problem.note()))
        self.changed.emit()

    def turn(self, on: bool) -> None:
        """The switch, from now on and for every process of this home."""
        self._background.run(partial(self._switch.turn, on), lambda _: self._on_turned(), self._on_not_turned)

    def toggle(self) -> None:
        self.turn(not self.offline)

    def _on_turned(self) -> None:
        self._window.notices.dismiss("offline")
        self.refresh()

    def _on_not_turned(self, problem: Problem) -> None:
        self._window.notices.show_line("offline", word(problem.note()))
        self.refresh()
