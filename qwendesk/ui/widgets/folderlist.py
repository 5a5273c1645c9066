"""A list of folders: added with a file dialog, removed with a button or the Delete key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QListWidget, QVBoxLayout, QWidget

from qwendesk.ui.theme.tokens import SPACE
from qwendesk.ui.widgets.parts import button, label, row
from qwendesk.words import _

_LINES = 3


class FolderList(QWidget):
    """`changed` after a folder came or went."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.list = _List()
        self.list.setProperty("look", "field")
        self.none = label(_("None yet."), "dim")
        self.list.delete_pressed.connect(self.remove)
        self.list.itemSelectionChanged.connect(self._tell)
        self.add = button(_("Add folder…"), "", self._ask)
        self.drop = button(_("Remove"), "", self.remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.none)
        layout.addWidget(self.list)
        layout.addLayout(row(self.add, self.drop, 1))
        self._tell()

    def folders(self) -> tuple[str, ...]:
        return tuple(self.list.item(at).text() for at in range(self.list.count()))

    def set_folders(self, folders: Sequence[str]) -> None:
        if tuple(folders) == self.folders():
            return
        self.list.clear()
        self.list.addItems(list(folders))
        self._tell()
        self.changed.emit()

    def add_folder(self, folder: str) -> None:
        """Once only."""
        self.set_folders(tuple(dict.fromkeys([*self.folders(), folder])))

    def remove(self) -> None:
        """The selected ones; nothing on disk changes."""
        gone = {one.text() for one in self.list.selectedItems()}
        self.set_folders([one for one in self.folders() if one not in gone])

    def _ask(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Folder with models"))
        if chosen:
            self.add_folder(chosen)

    def _tell(self) -> None:
        empty = not self.list.count()
        self.none.setVisible(empty)
        self.list.setVisible(not empty)
        self.drop.setVisible(not empty)
        self.drop.setEnabled(bool(self.list.selectedItems()))


class _List(QListWidget):
    """Three lines high; `delete_pressed` by the keyboard."""

    delete_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _LINES * (self.fontMetrics().height() + 6) + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)
