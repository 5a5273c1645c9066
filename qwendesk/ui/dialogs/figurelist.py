"""Figures below one another: what each is at the left, its number at the right, its meaning on hover."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from qwendesk.ui.theme.tokens import SPACE, TIGHT
from qwendesk.ui.widgets.parts import label
from qwendesk.words.comparing import Figure


class FigureList(QWidget):
    """Always the same figures in the same order, so that columns can be read across."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(TIGHT)
        grid.setColumnStretch(1, 1)
        self.values: list[QLabel] = []
        self._titles: list[QLabel] = []
        for line, one in enumerate(figures):
            title, value = label(one.title, "small"), label(one.value, selectable=True)
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(title, line, 0)
            grid.addWidget(value, line, 1)
            self._titles.append(title)
            self.values.append(value)
        self.show_figures(figures)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        for title, value, one in zip(self._titles, self.values, figures, strict=True):
            value.setText(one.value)
            value.setAccessibleName(f"{one.title}: {one.value}")
            for part in (title, value):
                part.setToolTip(one.meaning)
