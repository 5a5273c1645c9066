"""Lines of the log as a table: when, how serious, who, what. New ones come below; the oldest go."""

from __future__ import annotations

import time
from collections.abc import Sequence
from html import escape
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from qwendesk.system.log.line import Line, stamp
from qwendesk.system.log.reading import Filter
from qwendesk.ui.lists.cell import SHAPES
from qwendesk.ui.lists.rows import Index
from qwendesk.ui.lists.table import Table
from qwendesk.ui.theme.style import code_font, colours
from qwendesk.ui.theme.tokens import SMALL
from qwendesk.words import _
from qwendesk.words.log import level_word, source

KEPT = 5_000
"""Lines; what is older is in the files."""
_SPARE = 500
TIME, LEVEL, SOURCE, TEXT = range(4)
_WIDTHS = {TIME: 86, LEVEL: 28, SOURCE: 184}
_ROW = 20
_SHAPES = {"error": SHAPES["bad"], "warning": SHAPES["warn"], "info": ""}
_NARROW, _NARROWER = 820, 420


class LogModel(QAbstractTableModel):
    """Lines that pass the filter, the oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Line] = []
        self.shown: list[Line] = []
        self._filter = Filter()
        self._titles = (_("Time"), _("Level"), _("Source"), _("Message"))
        self._font: QFont | None = None

    @property
    def total(self) -> int:
        """How many there are, whether they pass or not."""
        return len(self._all)

    def add(self, lines: Sequence[Line]) -> int:
        """New ones, at the end; how many went at the beginning."""
        self._all += lines
        if len(self._all) > KEPT + _SPARE:
            del self._all[:-KEPT]
        passing = [line for line in lines[-KEPT:] if self._filter(line)]
        if passing:
            first = len(self.shown)
            self.beginInsertRows(QModelIndex(), first, first + len(passing) - 1)
            self.shown += passing
            self.endInsertRows()
        more = len(self.shown) - KEPT
        if more <= _SPARE:
            return 0
        self.beginRemoveRows(QModelIndex(), 0, more - 1)
        del self.shown[:more]
        self.endRemoveRows()
        return more

    def choose(self, wanted: Filter) -> None:
        """Show what passes this one."""
        self.beginResetModel()
        self._filter = wanted
        self.shown = [line for line in self._all if wanted(line)]
        self.endResetModel()

    def clear(self) -> None:
        """Forget all of them."""
        self.beginResetModel()
        self._all, self.shown = [], []
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Not to be seen; screen readers say it."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line, column = self.shown[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(line, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return level_word(line.level) if column == LEVEL else _text(line, column)
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(line, column)
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(_colour(line, column))
            case Qt.ItemDataRole.FontRole if column == TEXT:
                self._font = self._font or code_font(SMALL)
                return self._font
        return None


def _text(line: Line, column: int) -> str:
    if column == TIME:
        return time.strftime("%H:%M:%S", time.localtime(line.at))
    if column == LEVEL:
        return _SHAPES[line.level]
    return source(line) if column == SOURCE else line.text


def _tip(line: Line, column: int) -> str:
    """All of it, wrapped; plain text, whatever it looks like."""
    told = {
        TIME: stamp(line.at),
        LEVEL: level_word(line.level),
        SOURCE: f"{source(line)}: {line.logger}",
        TEXT: line.text,
    }
    return f"<p>{escape(told[column])}</p>"


def _colour(line: Line, column: int) -> str:
    tones = colours()
    serious = {"error": tones.bad, "warning": tones.warn}.get(line.level)
    if column == LEVEL:
        return serious or tones.faint
    return tones.text if column == TEXT else tones.dim


class LogTable(Table):
    """Stays at the end while the end is in sight, else where the reader is."""

    def __init__(self) -> None:
        self.lines = LogModel()
        super().__init__(self.lines, _("Lines of the log"), _WIDTHS, TEXT)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.horizontalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.follows = True
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._on_range)

    def add(self, lines: Sequence[Line]) -> None:
        """New ones, at the end."""
        place, follows = self.verticalScrollBar().value(), self.follows
        gone = self.lines.add(lines)
        if gone and not follows:
            # What is being read stays where it is.
            self.verticalScrollBar().setValue(place - gone * _ROW)

    def follow(self) -> None:
        """Go to the end and stay there."""
        self.follows = True
        self.scrollToBottom()

    def _on_scrolled(self, place: int) -> None:
        self.follows = place >= self.verticalScrollBar().maximum() - _ROW

    def _on_range(self, _least: int, most: int) -> None:
        if self.follows:
            self.verticalScrollBar().setValue(most)

    def chosen(self) -> list[Line]:
        """The selected lines in their order; without a selection all that are shown."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.lines.shown[row] for row in rows] or self.lines.shown

    def copy(self) -> None:
        """Put them into the clipboard, as the files have them."""
        QGuiApplication.clipboard().setText("".join(f"{line}\n" for line in self.chosen()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnHidden(SOURCE, self.viewport().width() < _NARROW)
        self.setColumnHidden(TIME, self.viewport().width() < _NARROWER)
