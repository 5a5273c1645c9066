"""The path of a file: typed, or chosen with a file dialog."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from qwendesk.ui.widgets.parts import button, row
from qwendesk.words import _


class FileField(QWidget):
    """`changed` after another path stands there; `saves` for a file that will be written."""

    changed = Signal()

    def __init__(self, title: str, filter: str, saves: bool = False) -> None:
        super().__init__()
        self._title, self._filter, self._saves = title, filter, saves
        self.edit = QLineEdit()
        self.edit.setAccessibleName(title)
        self.browse = button(_("Browse…"), "", self._browse)
        self.browse.setAccessibleName(_("Browse for {title}").format(title=title))
        line = row(self.edit, self.browse)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.edit.textChanged.connect(lambda _text: self.changed.emit())

    @property
    def path(self) -> str:
        return self.edit.text().strip()

    def set_path(self, path: str) -> None:
        self.edit.setText(path)

    def _browse(self) -> None:
        if self._saves:
            # What is there is asked about later, when it is known whether it can be gone on with.
            keep = QFileDialog.Option.DontConfirmOverwrite
            path, _chosen = QFileDialog.getSaveFileName(
                self, self._title, self.path, self._filter, options=keep
            )
        else:
            path, _chosen = QFileDialog.getOpenFileName(self, self._title, self.path, self._filter)
        if path:
            self.set_path(path)
