"""Rows of a model as a table: without a grid, whole rows are selected, one column takes what is left."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

_ROW = 26


class Table(QTableView):
    """The look and the behaviour that tables here share; one row is selected at a time.

    Args:
        name: what it is called by who cannot see it.
        widths: of the other columns, in pixels, by their number.
        stretched: the column that takes what is left.
    """

    def __init__(
        self, model: QAbstractItemModel, name: str, widths: Mapping[int, int], stretched: int
    ) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(min([header.minimumSectionSize(), *widths.values()]))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        for column, width in widths.items():
            header.resizeSection(column, width)
