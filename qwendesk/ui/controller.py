"""The window's life: painted first, then the engine room opens, then a model loads; and the way out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.system.paths import Paths
from qwendesk.ui.actions import Actions
from qwendesk.ui.background import Background
from qwendesk.ui.bridge import Bridge
from qwendesk.ui.checking import Checking
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.dialogs.palette import palette
from qwendesk.ui.docks.views import Views, fill
from qwendesk.ui.opening import Opened, opened
from qwendesk.ui.running import Running
from qwendesk.ui.theme.style import theme
from qwendesk.ui.window import Window
from qwendesk.words.problems import word

_LEAVE_AFTER_MS = 20_000
"""A worker that does not end within the supervisor's patience is killed long before this."""


class Controller(QObject):
    """Wires the engine room to the window. `make_app` runs on another thread, after the first paint."""

    def __init__(self, window: Window, paths: Paths, make_app: Callable[[], App]) -> None:
        super().__init__(window)
        self.window, self.paths = window, paths
        self._make_app = make_app
        self.app: App | None = None
        self.views: Views | None = None
        self.running: Running | None = None
        self.checking: Checking | None = None
        self._closing = False
        self.background = Background(self)
        self.bridge = Bridge(self)
        self.conversing = Conversing(window, self.background)
        self.bridge.happened.connect(self.conversing.on_event)
        self.conversing.turn_shown.connect(self._show_details)
        self.actions = self._made_actions()
        self.conversing.changed.connect(self.actions.refresh)
        window.chat.link_activated.connect(self._on_link)
        window.painted.connect(self.open)
        window.closed.connect(self.close)

    def _made_actions(self) -> Actions:
        from qwendesk.ui.commands import commands

        actions = Actions(self.window, commands(self))
        actions.refresh()
        return actions

    def open(self) -> None:
        """Open the engine room elsewhere."""
        self.background.run(lambda: opened(self._make_app), self._on_opened, self._on_not_opened)

    def _on_opened(self, opened: Opened) -> None:
        self.app = opened.app
        if self._closing:
            self._close_app()
            return
        for problem in opened.app.problems:
            self.window.notices.show_line(problem.id, word(problem.note()))
        self.bridge.listen(opened.app.bus)
        self._fill_docks(opened.app)
        if opened.model is not None and self.running is not None:
            self.running.begin(opened.model)
        if opened.problem is not None:
            self.window.notices.show_line("model", word(opened.problem.note()))
        self.actions.refresh()

    def _fill_docks(self, app: App) -> None:
        self.views = views = fill(self.window.docks, app.machine.memory_bytes, self._log)
        self.running = Running(self.window, app, self.background, self.conversing, (views.run, views.models))
        self.checking = Checking(self.window, app, self.background, views.health)
        self.running.refresh()

    def _on_not_opened(self, problem: Problem) -> None:
        self.window.notices.show_line("app", word(problem.note()))

    def _log(self) -> tuple[str, ...]:
        session = self.conversing.session
        return session.log() if session is not None else ()

    def _show_details(self, turn: object) -> None:
        if self.views is None:
            return
        if turn is None:
            self.views.details.clear()
        else:
            self.views.details.show_turn(turn, self.conversing.report)  # type: ignore[arg-type]

    # What the actions run; each does nothing until the engine room is open.

    def is_open(self) -> bool:
        return self.running is not None

    def open_file(self) -> None:
        if self.running is not None:
            self.running.ask_for_file()

    def switch_model(self) -> None:
        if self.running is not None:
            self.running.show_switcher()

    def load(self) -> None:
        if self.running is not None:
            self.running.load()

    def can_load(self) -> bool:
        return self.views is not None and self.views.run.bar.load.isEnabled()

    def unload(self) -> None:
        if self.running is not None:
            self.running.unload()

    def can_unload(self) -> bool:
        return self.conversing.state is not None and not self.conversing.state.over

    def toggle_thinking(self) -> None:
        if self.running is not None:
            self.running.toggle_thinking()

    def thinks(self) -> bool:
        return self.running is not None and self.running.thinks

    def run_checks(self) -> None:
        if self.checking is not None:
            self.checking.show_and_run()

    def show_palette(self) -> None:
        self.actions.refresh()
        palette(self.actions, self.window).open_over(self.window)

    def show_plugins(self) -> None:
        from qwendesk.ui.dialogs.plugins import plugins

        if self.app is not None:
            plugins(self.app.plugins.reports(), self.window).open()

    def show_about(self) -> None:
        from qwendesk.ui.dialogs.about import about

        about(self.paths, self.window).open()

    def _on_link(self, address: str) -> None:
        from qwendesk.ui.dialogs.link import link

        link(address, self.window).open()

    def choose_theme(self, name: str) -> None:
        """Wear another theme and keep it."""
        theme.choose(name)
        app = self.app
        if app is not None:
            self.background.run(
                lambda: app.settings.set("window.theme", name), lambda _: None, self._not_saved
            )

    def _not_saved(self, problem: Problem) -> None:
        self.window.notices.show_line("settings", word(problem.note()))

    def quit(self) -> None:
        self.window.close()

    def close(self) -> None:
        """The window is gone: end the workers elsewhere, then leave. No reply can hold this up."""
        if self._closing:
            return
        self._closing = True
        for widget in QApplication.topLevelWidgets():
            _hide(widget)
        QTimer.singleShot(_LEAVE_AFTER_MS, self, self._leave)
        if self.app is not None:
            self._close_app()
        elif not self.background.busy:
            self._leave()

    def _close_app(self) -> None:
        assert self.app is not None
        self.bridge.close()
        if self.conversing.talk is not None:
            self.conversing.talk.close()
        self.background.run(self.app.close, lambda _: self._leave(), lambda _: self._leave())

    def _leave(self) -> None:
        self.background.close()
        QApplication.quit()


def _hide(widget: QWidget) -> None:
    if widget.isVisible():
        widget.hide()
