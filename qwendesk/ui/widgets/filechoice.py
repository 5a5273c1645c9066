"""A choice of a few things, or of a file: the last entry asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QSizePolicy

from qwendesk.ui.widgets.calm import calm


class FileChoice(QComboBox):
    """`changed` when another one holds; `value` is a key or a path."""

    changed = Signal()

    def __init__(self, name: str, choices: Mapping[str, str], asks: str, filter: str) -> None:
        """`asks` is what the last entry says, `filter` that of the file dialog."""
        super().__init__()
        self._name, self._asks, self._filter = name, asks, filter
        self._choices: Mapping[str, str] = {}
        self._file = ""
        self.value = ""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        calm(self)
        self.offer(choices)
        self.activated.connect(self._on_activated)

    def offer(self, choices: Mapping[str, str]) -> None:
        """Other things; what is chosen stays if it is among them, or is a file."""
        self._choices = choices
        self.clear()
        for key, title in choices.items():
            self.addItem(title, key)
        if self._file:
            self.addItem(Path(self._file).name, self._file)
        self.addItem(self._asks, None)
        self.choose(self.value if self.findData(self.value) >= 0 else next(iter(choices)))

    def choose(self, value: str) -> None:
        """One of them."""
        changed, self.value = value != self.value, value
        self.setCurrentIndex(self.findData(value))
        if changed:
            self.changed.emit()

    def choose_file(self, path: str) -> None:
        """A file, in the place of another one."""
        self._file = path
        self.offer(self._choices)
        self.choose(path)

    def _on_activated(self, at: int) -> None:
        data = self.itemData(at)
        if data is not None:
            self.choose(str(data))
            return
        path, _chosen = QFileDialog.getOpenFileName(self, self._name, "", self._filter)
        if path:
            self.choose_file(path)
        else:
            self.choose(self.value)
