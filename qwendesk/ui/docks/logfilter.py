"""What of the log is looked at: words, how serious, whose."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from qwendesk.system.log.line import Level, Line
from qwendesk.system.log.reading import Filter, Source
from qwendesk.ui.theme.tokens import SPACE
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.parts import row
from qwendesk.ui.widgets.search import search_field
from qwendesk.words import _
from qwendesk.words.log import source

_WORKERS_KEPT = 20


class LogFilter(QWidget):
    """`changed` when other lines are wanted."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = search_field(_("Find in the log"))
        self.words.setToolTip(_("Lines with all of these words, in capitals or not."))
        self.words.setMinimumWidth(150)
        self.level, self.source = QComboBox(), QComboBox()
        self.level.setAccessibleName(_("How serious"))
        self.source.setAccessibleName(_("Whose lines"))
        levels: tuple[tuple[str, Level], ...] = (
            (_("All levels"), "info"),
            (_("Warnings and errors"), "warning"),
            (_("Errors"), "error"),
        )
        for title, level in levels:
            self.level.addItem(title, level)
        self.source.addItem(_("All sources"), "")
        self.source.addItem(_("Application"), "application")
        for combo, characters in ((self.level, 15), (self.source, 12)):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(characters)
            combo.view().setTextElideMode(Qt.TextElideMode.ElideNone)
            calm(combo)
            combo.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self.words.textChanged.connect(lambda _text: self.changed.emit())
        made = row(self.words, self.level, self.source, space=SPACE)
        made.setStretch(0, 1)
        self.setLayout(made)
        self.setFocusProxy(self.words)

    @property
    def wanted(self) -> Filter:
        level: Level = self.level.currentData()
        whose: Source = self.source.currentData()
        return Filter(level, whose, self.words.text())

    @property
    def is_open(self) -> bool:
        """Whether everything passes."""
        return self.wanted == Filter()

    def clear(self) -> None:
        """Everything again; told once."""
        before = self.blockSignals(True)
        self.words.clear()
        self.level.setCurrentIndex(0)
        self.source.setCurrentIndex(0)
        self.blockSignals(before)
        self.changed.emit()

    def offer(self, lines: Iterable[Line]) -> None:
        """Workers of these lines can be chosen from now on."""
        for line in lines:
            if line.by_worker and self.source.findData(line.pid) < 0:
                self.source.addItem(source(line), line.pid)
                if self.source.count() > _WORKERS_KEPT + 2 and self.source.currentIndex() != 2:
                    self.source.removeItem(2)
