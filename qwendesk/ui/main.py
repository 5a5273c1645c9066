"""The window face: Qt is set up, the window painted, everything else comes after that."""

from __future__ import annotations

import builtins
import gc
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from qwendesk.api.problem import Problem
from qwendesk.system.paths import Paths
from qwendesk.ui.display import must_load, platforms

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.ui.controller import Controller

_SWITCH_S = 0.0001


def run(paths: Paths, started: Callable[[Controller], None] | None = None) -> int:
    """Show the window until it is closed; the exit code. `started` is called after the first paint.

    Raises:
        Problem: `no_display`, `display_unreachable`, or `qt_unusable` where Qt lacks libraries.
    """
    found = platforms()
    # Nothing becomes garbage while modules are imported; looking for it would cost a tenth of the start.
    gc.disable()
    # The UI thread waits for a busy thread to hand over the interpreter several times a frame.
    sys.setswitchinterval(_SWITCH_S)
    try:
        from PySide6.QtCore import QLibraryInfo
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        raise Problem("qt_unusable", detail=str(error)) from error
    must_load(Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)), found)
    import_plainly()
    from qwendesk.ui.theme.style import FUSION

    QApplication.setApplicationName("QwenDesk")
    QApplication.setOrganizationName("QwenDesk")
    QApplication.setDesktopFileName("qwendesk")
    # Ctrl+C in the terminal ends us; the workers see their pipe close and end, too.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application = QApplication([*sys.argv[:1], *FUSION])
    application.setQuitOnLastWindowClosed(False)
    controller = made(paths, application)
    controller.rested.connect(lambda: _collect_again(controller))
    if started is not None:
        controller.window.painted.connect(lambda: started(controller))
    controller.window.show()
    return application.exec()


def import_plainly() -> None:
    """Give imports back to Python.

    PySide reads the source of every module that is imported after it, to find its `__feature__` switches,
    which nothing here uses. That takes time, and Python keeps all of those lines: 27 MB.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def _collect_again(controller: Controller) -> None:
    from qwendesk.ui.collecting import Collecting

    Collecting(controller.window.windowHandle()).begin()


def made(paths: Paths, application: object) -> Controller:
    """The window with its controller, dressed and laid out, not yet shown."""
    from PySide6.QtWidgets import QApplication

    from qwendesk.ui.controller import Controller
    from qwendesk.ui.theme.style import theme
    from qwendesk.ui.window import Window

    assert isinstance(application, QApplication)
    theme.apply(application, chosen_theme(paths))
    window = Window(paths.window)
    window.layout_keeper.restore()
    return Controller(window, paths, lambda: open_app(paths))


def open_app(paths: Paths) -> App:
    """The engine room; imported on the thread that opens it."""
    from qwendesk.app import App

    return App(paths)


def chosen_theme(paths: Paths) -> str:
    """The theme that the settings name. Read before the first paint, so that nothing flashes."""
    if not paths.settings.is_file():
        return "system"
    from qwendesk.system.settings import Settings

    return Settings(paths.settings).text("window.theme", "system")
