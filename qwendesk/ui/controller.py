"""The window's life: painted first, then the engine room opens, then a model loads; and the way out.

What is imported here and in the window is imported before the first paint, so it is kept little:
everything that knows models, workers or replies comes in with `qwendesk.ui.room`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from qwendesk.system.paths import Paths, resources
from qwendesk.ui.background import Background
from qwendesk.ui.menus import menus
from qwendesk.ui.slices import TURN
from qwendesk.ui.theme.style import theme
from qwendesk.ui.warming import CONVERSATION, ROOM, UNLOCKING, making_widgets, warm_elsewhere, warming
from qwendesk.ui.window import Window

if TYPE_CHECKING:
    from qwendesk.api.problem import Problem
    from qwendesk.app import App
    from qwendesk.ui.actions import Actions
    from qwendesk.ui.opening import Opened
    from qwendesk.ui.room import Room
    from qwendesk.ui.slices import Work

_REST_MS = 20
"""After the first paint the event loop comes to rest before the imports begin to compete with it."""
_LEAVE_AFTER_MS = 20_000
"""A worker that does not end within the supervisor's patience is killed long before this."""


class Controller(QObject):
    """Wires the engine room to the window. `make_app` runs on another thread, after the first paint.

    `rested` once all that had to be imported is.
    """

    rested = Signal()

    def __init__(self, window: Window, paths: Paths, make_app: Callable[[], App]) -> None:
        super().__init__(window)
        self.window, self.paths = window, paths
        self.room: Room | None = None
        self._make_app = make_app
        self._opening = False
        self._closing = False
        self._early: list[str] = []
        self._app: App | None = None
        self.background = Background(self)
        self._menus = menus(window)
        window.chat.send_requested.connect(self._on_early_send)
        window.chat.link_activated.connect(self._on_link)
        window.painted.connect(self._on_painted)
        window.closed.connect(self.close)

    @cached_property
    def actions(self) -> Actions:
        """Made after the first paint: nobody presses a shortcut before there is anything to see."""
        from qwendesk.ui.actions import Actions
        from qwendesk.ui.commands import commands

        made = Actions(self.window, commands(self), self._menus)
        made.refresh()
        return made

    def _on_early_send(self, text: str) -> None:
        """A question asked before the engine room is open waits for it."""
        if self.room is None:
            self._early.append(text)

    def _on_painted(self) -> None:
        self._opening = True
        QTimer.singleShot(_REST_MS, self, self.open)

    def open(self) -> None:
        """Open the engine room elsewhere, with everything it imports; meanwhile the menus are filled."""
        self.background.run(self._open_elsewhere, self._on_opened, self._on_not_opened)
        self.window.slices.begin(self, self._fill_menus())

    def _fill_menus(self) -> Work:
        yield from warming(("qwendesk.ui.actions", "qwendesk.ui.commands"))
        self.actions.refresh()
        yield
        self._show_icon()
        yield

    def _show_icon(self) -> None:
        """Reading an SVG loads a plugin, so it waits until something is to be seen."""
        from PySide6.QtGui import QIcon

        self.window.setWindowIcon(QIcon(str(resources() / "icons" / "qwendesk.svg")))

    def _open_elsewhere(self) -> Opened:
        from qwendesk.ui.opening import opened

        warm_elsewhere()
        return opened(self._make_app)

    def _on_opened(self, opened: Opened) -> None:
        self._app = opened.app
        if self._closing:
            self._close_app(opened.app)
        else:
            next_step = self._ask_passphrase if opened.locked else self.furnish
            self.window.slices.begin(self, next_step(opened))

    def _ask_passphrase(self, opened: Opened) -> Work:
        yield from warming(UNLOCKING)
        from qwendesk.ui.unlocking import Unlocking

        Unlocking(self.window, self.background, opened, self._on_opened).show()

    def furnish(self, opened: Opened) -> Work:
        """Fill the docks and get ready for a reply, then begin: from there on many threads want to run."""
        yield from making_widgets()
        yield from warming(ROOM)
        from qwendesk.ui.docks.views import filling
        from qwendesk.ui.room import Room

        slices = self.window.slices
        views = yield from filling(self.window.docks, opened.app.machine.memory_bytes, slices)
        yield from warming(CONVERSATION)
        yield from self.window.chat.prepare()
        yield TURN
        room = Room(self.window, opened, self.background, views)
        yield from room.furnish(opened)
        self.room = room
        for text in self._early:
            self.room.conversing.send(text)
        yield TURN
        self.room.conversing.changed.connect(self.actions.refresh)
        self.actions.refresh()
        self.rested.emit()

    def _on_not_opened(self, problem: Problem) -> None:
        from qwendesk.words.problems import word

        if self._closing:
            self._leave()
        self.rested.emit()
        self.window.notices.show_line("app", word(problem.note()))

    def choose_theme(self, name: str) -> None:
        """Wear another theme and keep it."""
        theme.choose(name)
        if self.room is not None:
            self.room.choose_theme(name)

    def show_palette(self) -> None:
        from qwendesk.ui.dialogs.palette import palette

        self.actions.refresh()
        palette(self.actions, self.window).open_over(self.window)

    def show_plugins(self) -> None:
        from qwendesk.ui.dialogs.plugins import plugins

        if self.room is not None:
            plugins(self.room.app.plugins.reports(), self.window).open()

    def show_about(self) -> None:
        from qwendesk.ui.dialogs.about import about

        about(self.paths, self.window).open()

    def _on_link(self, address: str) -> None:
        from qwendesk.ui.dialogs.link import link

        link(address, self.window).open()

    def quit(self) -> None:
        self.window.close()

    def close(self) -> None:
        """The window is gone: end the workers elsewhere, then leave. No reply can hold this up."""
        if self._closing:
            return
        self._closing = True
        for widget in QApplication.topLevelWidgets():
            widget.hide()
        QTimer.singleShot(_LEAVE_AFTER_MS, self, self._leave)
        self.window.slices.stop()
        if self.room is not None:
            self.room.close()
        if self._app is not None:
            self.background.hush()
            self._close_app(self._app, self.room.downloading.last_wishes() if self.room else None)
        elif not self._opening:
            self._leave()

    def _close_app(self, app: App, before: Callable[[], None] | None = None) -> None:
        def work() -> None:
            if before is not None:
                before()
            app.close()

        self.background.run(work, lambda _: self._leave(), lambda _: self._leave())

    def _leave(self) -> None:
        self.background.close()
        QApplication.quit()
