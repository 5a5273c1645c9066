"""The main window: the conversation in the centre, docks around it, notices on top, figures below."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QTabWidget, QVBoxLayout, QWidget

from qwendesk.ui.chat.view import ChatView
from qwendesk.ui.docks.dock import Dock
from qwendesk.ui.docks.holder import Holder
from qwendesk.ui.layout import Layout
from qwendesk.ui.slices import Slices, Work
from qwendesk.ui.statusbar import StatusBar
from qwendesk.ui.theme.style import theme
from qwendesk.ui.unseen import cover, is_covered, uncover
from qwendesk.ui.widgets.notice import Notices
from qwendesk.words import _

_AREAS = Qt.DockWidgetArea
_AFTER_MS = 50
_SIZE, _SMALLEST = QSize(1280, 800), QSize(640, 480)


class Window(QMainWindow):
    """Views and their places, no rules. `painted` once, after the first frame; `closed` when it goes."""

    painted = Signal()
    closed = Signal()

    def __init__(self, layout_file: Path) -> None:
        super().__init__()
        self.setWindowTitle("QwenDesk")
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE)
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.GroupedDragging
        )
        self.setTabPosition(_AREAS.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setDocumentMode(True)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, _AREAS.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, _AREAS.RightDockWidgetArea),
        ):
            self.setCorner(corner, area)
        self.slices = Slices(self)
        self.chat = ChatView()
        self.notices = Notices()
        self.status = StatusBar()
        self.setStatusBar(self.status)
        self.setCentralWidget(Holder(self._centre()))
        self.docks = {one.id: one for one in self._made_docks()}
        self.layout_keeper = Layout(self, tuple(self.docks.values()), layout_file)
        # After the frame that shows the new size: both together would take longer than one.
        self._fold = QTimer(self, singleShot=True, interval=0)
        self._fold.timeout.connect(self._on_resized)
        self._titles = QTimer(self, singleShot=True, interval=0)
        self._titles.timeout.connect(self._on_titles)
        for dock in self.docks.values():
            dock.topLevelChanged.connect(lambda _floating: self._titles.start())
            dock.dockLocationChanged.connect(lambda _area: self._titles.start())
            dock.visibilityChanged.connect(lambda _visible: self._titles.start())
        self._was_painted = self._is_folding = False
        theme.changed.connect(self.chat.retheme)
        self.chat.focus_composer()

    def _centre(self) -> QWidget:
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notices)
        layout.addWidget(self.chat, 1)
        return centre

    def _made_docks(self) -> list[Dock]:
        return [
            Dock("chats", _("Chats"), _AREAS.LeftDockWidgetArea, self),
            Dock("library", _("Library"), _AREAS.LeftDockWidgetArea, self),
            Dock("discover", _("Discover"), _AREAS.LeftDockWidgetArea, self),
            Dock("run", _("Run"), _AREAS.RightDockWidgetArea, self),
            Dock("details", _("Details"), _AREAS.RightDockWidgetArea, self),
            Dock("monitor", _("Monitor"), _AREAS.BottomDockWidgetArea, self),
            Dock("history", _("History"), _AREAS.BottomDockWidgetArea, self),
            Dock("health", _("Health"), _AREAS.BottomDockWidgetArea, self),
            Dock("downloads", _("Downloads"), _AREAS.BottomDockWidgetArea, self),
            Dock("lab", _("Quant Lab"), _AREAS.BottomDockWidgetArea, self),
            Dock("engines", _("Engines"), _AREAS.BottomDockWidgetArea, self),
            Dock("network", _("Network"), _AREAS.BottomDockWidgetArea, self),
            Dock("log", _("Log"), _AREAS.BottomDockWidgetArea, self),
        ]

    def reset_layout(self) -> None:
        """Every dock back to where it stood at first."""
        self.slices.begin(self, self.layout_keeper.resetting())

    def _on_resized(self) -> None:
        self.slices.begin(self, self._folding())

    def _folding(self) -> Work:
        try:
            yield from self.layout_keeper.settling()
        finally:
            if self._is_folding:
                self._is_folding = False
                uncover(self)

    def _on_titles(self) -> None:
        """Docks that are moved about while nobody sees them are told in the end."""
        if is_covered(self):
            QTimer.singleShot(_AFTER_MS, self, self._on_titles)
        else:
            self.layout_keeper.tell_titles()

    def toggle_dock(self, id: str) -> None:
        """Show and focus a hidden dock, hide a visible one."""
        dock = self.docks[id]
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            dock.hide()
        else:
            dock.focus_body()

    def focus_next_dock(self) -> None:
        """The keyboard goes from the conversation through the visible docks and back."""
        shown = [one for one in self.docks.values() if one.isVisible() and not one.visibleRegion().isEmpty()]
        focused = self.focusWidget()
        place = next((at for at, one in enumerate(shown) if focused and one.isAncestorOf(focused)), -1)
        if place + 1 < len(shown):
            shown[place + 1].focus_body()
        else:
            self.chat.focus_composer()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.layout_keeper.must_fold and self.isVisible() and not (self._is_folding or self.slices.busy):
            # It is painted once it is folded. Behind other work that would be too late.
            self._is_folding = True
            cover(self)
        self._fold.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.layout_keeper.save()
        self.hide()
        self.closed.emit()
        event.accept()
