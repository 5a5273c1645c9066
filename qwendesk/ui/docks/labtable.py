"""The lab's results as a table: a line for each model, a bar below each figure, sorted by any of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView

from qwendesk.lab.line import Line
from qwendesk.lab.report.columns import Column, model_columns
from qwendesk.lab.report.report import Report
from qwendesk.ui.docks.labbars import SHARE, Bars
from qwendesk.ui.lists.rows import Index
from qwendesk.ui.lists.table import Table
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import BODY
from qwendesk.words import _

_SORT = Qt.ItemDataRole.UserRole
_ROW, _PADDING, _SORT_SIGN = 34, 24, 32
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_NO_BAR = ("context",)


class LabModel(QAbstractTableModel):
    """The first column names the model, the others are those of the report."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[Line] = ()
        self.columns: list[Column] = []
        self._report: Report | None = None
        self._beaten: frozenset[str] = frozenset()

    def show(self, report: Report, beaten: frozenset[str]) -> None:
        """`beaten` are the keys of those that are set back."""
        self.beginResetModel()
        self._report, self._beaten = report, beaten
        self.lines, self.columns = report.table.lines, model_columns(report)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.columns) + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or self._report is None:
            return None
        words, column = self._report.labels, self.columns[section - 1] if section else None
        if role == Qt.ItemDataRole.DisplayRole:
            return column.heading if column is not None else words.model
        if role == Qt.ItemDataRole.ToolTipRole:
            hint = _("Click to sort; on the keyboard, S sorts by the column that one is in.")
            meaning = words.meanings.get(column.id, "") if column is not None else ""
            return "\n".join(one for one in (meaning, hint) if one)
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(index.row(), index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return self._told(line)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(index.column())
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(colours().faint if line.key in self._beaten else colours().text)
            case Qt.ItemDataRole.FontRole:
                return _bold() if self._is_chosen(line) else None
        figure = {_SORT: self._value, SHARE: self._share}.get(role)
        return figure(index.row(), index.column()) if figure is not None else None

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        assert self._report is not None
        line, words = self.lines[row], self._report.labels
        if column == 0:
            return line.label
        one = self.columns[column - 1]
        if one.id == "drift" and line.is_reference:
            return words.reference
        shown, reach = one.cell(row), one.reach(row)
        if not shown:
            return words.missing
        if row in one.estimated:
            return words.estimated.format(value=shown)
        return f"{shown} ± {reach}" if reach else shown

    def _value(self, row: int, column: int) -> Any:
        """What is sorted by; what is missing comes last."""
        if column == 0:
            return self.lines[row].label
        one = self.columns[column - 1]
        found = one.values[row]
        if found is None:
            return -1.0 if one.id == "drift" and self.lines[row].is_reference else math.inf
        return found.value

    def _share(self, row: int, column: int) -> float | None:
        """Of the largest in the column."""
        one = self.columns[column - 1] if column else None
        found = one.values[row] if one is not None and one.id not in _NO_BAR else None
        if one is None or found is None:
            return None
        most = max((value.value for value in one.values if value is not None), default=0.0)
        return found.value / most if most > 0 and math.isfinite(most) else None

    def _told(self, line: Line) -> str:
        """Whatever does not stand in the cells."""
        words = [line.subject.name, f"{line.subject.runtime} {line.subject.engine}"]
        if self._is_chosen(line):
            words.append(_("The one to keep."))
        if line.key in self._beaten:
            words.append(_("Another model drifts no more and costs no more, and is better in one of them."))
        if line.failures:
            words.append(_("Some of it could not be measured: see its details."))
        return "\n".join(words)

    def _is_chosen(self, line: Line) -> bool:
        return self._report is not None and line.key == self._report.advice.key


def _bold() -> QFont:
    made = QFont()
    made.setBold(True)
    return made


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class LabTable(Table):
    """`opened` with a line whose details are wanted, `chosen_changed` when others are selected."""

    opened = Signal(object)
    chosen_changed = Signal()

    def __init__(self) -> None:
        self.results = LabModel()
        self.sorting = QSortFilterProxyModel()
        self.sorting.setSourceModel(self.results)
        self.sorting.setSortRole(_SORT)
        self._name = 0
        super().__init__(self.sorting, _("Results by model"), {}, 0)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setItemDelegate(Bars(self))
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.doubleClicked.connect(lambda _index: self._open())
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())

    @property
    def chosen(self) -> list[Line]:
        """The selected ones, in the order of the table."""
        rows = sorted(one.row() for one in self.selectionModel().selectedRows())
        return [self._line(one) for one in rows]

    @property
    def labels(self) -> list[str]:
        """Of all lines, in the order of the table."""
        return [self._line(one).label for one in range(self.sorting.rowCount())]

    def show_report(self, report: Report, beaten: frozenset[str]) -> None:
        """What was selected stays so, else it is the one to keep."""
        before = {one.key for one in self.chosen}
        self.results.show(report, beaten)
        self._fit()
        keys = before & {one.key for one in report.table.lines} or {report.advice.key}
        for row in range(self.sorting.rowCount()):
            if self._line(row).key in keys:
                self.selectionModel().select(
                    self.sorting.index(row, 0),
                    self.selectionModel().SelectionFlag.Select | self.selectionModel().SelectionFlag.Rows,
                )

    def sort_by(self, column: int) -> None:
        """By this column, the other way round where it is sorted by it already."""
        header = self.horizontalHeader()
        again = header.sortIndicatorSection() == column
        up = header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        down = Qt.SortOrder.DescendingOrder if again and up else Qt.SortOrder.AscendingOrder
        self.sortByColumn(column, down)

    def _fit(self) -> None:
        """Every column as wide as what stands in it; the first one takes what is left."""
        header, rows = self.horizontalHeader(), range(self.results.rowCount())
        header.setSectionResizeMode(header.ResizeMode.Interactive)
        font = _bold()
        font.setPixelSize(BODY)
        wide = QFontMetrics(font).horizontalAdvance
        for place, one in enumerate(self.results.columns, 1):
            cells = [wide(self.results.text(row, place)) + _PADDING for row in rows]
            title = header.fontMetrics().horizontalAdvance(one.heading) + _SORT_SIGN
            header.resizeSection(place, max([*cells, title]))
        self._name = max((wide(one.label) + _PADDING for one in self.results.lines), default=0)
        self._stretch()

    def _stretch(self) -> None:
        header = self.horizontalHeader()
        others = sum(header.sectionSize(at) for at in range(1, header.count()))
        header.resizeSection(0, max(self._name, self.viewport().width() - others))

    def _line(self, row: int) -> Line:
        return self.results.lines[self.sorting.mapToSource(self.sorting.index(row, 0)).row()]

    def _open(self) -> None:
        row = self.currentIndex().row()
        if row >= 0:
            self.opened.emit(self._line(row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stretch()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self._open()
        elif event.key() == Qt.Key.Key_S and self.currentIndex().isValid():
            self.sort_by(self.currentIndex().column())
        else:
            super().keyPressEvent(event)
