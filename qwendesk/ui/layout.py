"""Where the docks stand: the arrangement of the sketch, folded on narrow windows, kept per screen set."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from qwendesk.ui.docks.dock import Dock
from qwendesk.ui.slices import TURN, Work
from qwendesk.ui.unseen import painting, unseen

NARROW = 1100
_VERSION = 4
_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
_WIDTH = {_LEFT: 272, _RIGHT: 312}
_HEIGHT = 196


class Layout:
    """Arranges the docks of a window. Nothing here fails: a broken or read-only file means the default."""

    def __init__(self, window: QMainWindow, docks: Sequence[Dock], path: Path) -> None:
        self._window = window
        self._docks = docks
        self._path = path
        self._folded: list[Dock] = []
        self._fresh = True

    def restore(self) -> None:
        """What was saved for these screens, else the default."""
        for dock in self._docks:
            self._window.addDockWidget(dock.default_area, dock)
        settings = self._settings()
        geometry, state = settings.value("geometry"), settings.value("state")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        self._fresh = not (isinstance(state, QByteArray) and self._window.restoreState(state, _VERSION))
        if self._fresh:
            self._stack()
        if state is not None and self._fresh:
            _warn("The saved layout in %s does not fit, so the default holds", self._path)
        self._note(settings)
        self.settle()

    def save(self) -> None:
        """Keep size and arrangement for these screens."""
        self._unfold()
        settings = self._settings()
        settings.setValue("geometry", self._window.saveGeometry())
        settings.setValue("state", self._window.saveState(_VERSION))
        settings.sync()
        self._note(settings)

    def resetting(self) -> Work:
        """The arrangement of the sketch again; arranged first, then painted."""
        self._folded = []
        with unseen([self._window]):
            for dock in self._docks:
                dock.setFloating(False)
                self._window.removeDockWidget(dock)
                self._window.addDockWidget(dock.default_area, dock)
                dock.show()
                yield TURN
            for _area in self._stacking():
                yield TURN
            yield TURN
            self.settle()
            yield TURN  # the window is laid out,
            yield TURN  # then what its docks hold
            yield from painting([self._window])

    def _settings(self) -> QSettings:
        settings = QSettings(str(self._path), QSettings.Format.IniFormat)
        settings.beginGroup(screen_set())
        return settings

    def _note(self, settings: QSettings) -> None:
        if settings.status() != QSettings.Status.NoError:
            _warn("The layout is not kept: %s (%s)", self._path, settings.status().name)

    def _stack(self) -> None:
        for _area in self._stacking():
            pass

    def _stacking(self) -> Iterator[Qt.DockWidgetArea]:
        """One pile of tabs on each side, the first on top, in the default sizes; side by side."""
        for area in (_LEFT, _RIGHT, _BOTTOM):
            here = [dock for dock in self._docks if dock.default_area == area]
            for after in here[1:]:
                self._window.tabifyDockWidget(here[0], after)
            if here:
                here[0].raise_()
            yield area
        self.size()

    def size_fresh(self) -> None:
        """Once the docks are full: the default sizes again, unless others were saved."""
        if self._fresh:
            self.size()

    def size(self) -> None:
        """The default sizes."""
        for area, width in _WIDTH.items():
            here = [dock for dock in self._docks if dock.default_area == area]
            self._window.resizeDocks(here[:1], [width], Qt.Orientation.Horizontal)
        below = [dock for dock in self._docks if dock.default_area == _BOTTOM]
        self._window.resizeDocks(below[:1], [_HEIGHT], Qt.Orientation.Vertical)

    def settling(self) -> Work:
        """Fold or unfold for the width: arranged and laid out first, then painted once."""
        if not self.must_fold:
            self.tell_titles()
            return
        with unseen([self._window]):
            self.settle()
            yield TURN  # the window is laid out,
            yield TURN  # then what its docks hold
            yield TURN
            yield from painting([self._window])

    @property
    def must_fold(self) -> bool:
        """Whether the window has become too narrow or wide enough; folding, or the way back, is due."""
        if self._is_narrow() == bool(self._folded):
            return False
        return bool(self._folded) or {_LEFT, _RIGHT} <= {self._area(one) for one in self._docks}

    def settle(self) -> None:
        """Fold or unfold for the width, then give titles to the docks that stand alone."""
        if self._is_narrow():
            self._fold()
        else:
            self._unfold()
        self.tell_titles()

    def _is_narrow(self) -> bool:
        return self._window.width() < NARROW

    def tell_titles(self) -> None:
        """A dock in a tab needs no title of its own."""
        for dock in self._docks:
            dock.show_title(dock.isFloating() or not self._window.tabifiedDockWidgets(dock))

    def _fold(self) -> None:
        if self._folded:
            return
        here = [dock for dock in self._docks if self._area(dock) == _LEFT]
        partner = next((dock for dock in self._docks if self._area(dock) == _RIGHT), None)
        if partner is None:
            return
        for dock in here:
            visible = dock.isVisibleTo(self._window)
            self._window.tabifyDockWidget(partner, dock)
            dock.setVisible(visible)
        self._folded = here
        partner.raise_()

    def _unfold(self) -> None:
        for dock in self._folded:
            visible = dock.isVisibleTo(self._window)
            self._window.addDockWidget(_LEFT, dock)
            dock.setVisible(visible)
        if self._folded:
            self._window.resizeDocks(self._folded[:1], [_WIDTH[_LEFT]], Qt.Orientation.Horizontal)
        self._folded = []

    def _area(self, dock: Dock) -> Qt.DockWidgetArea:
        return Qt.DockWidgetArea.NoDockWidgetArea if dock.isFloating() else self._window.dockWidgetArea(dock)


def screen_set() -> str:
    """A short name for the screens that are connected now, by their sizes and places."""
    places = sorted(str(screen.geometry().getRect()) for screen in QGuiApplication.screens())
    return "screens-" + f"{zlib.crc32(' '.join(places).encode()):08x}"


def _warn(text: str, *values: object) -> None:
    import logging

    logging.getLogger(__name__).warning(text, *values)
