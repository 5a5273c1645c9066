"""A card: what it is about, its one number, and below what stands behind it; or why there is nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from qwendesk.monitor.live import Live
from qwendesk.monitor.rooflines import Expected
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.elided import Elided
from qwendesk.ui.widgets.parts import boxed, label, row

TALL = 172
"""Pixels of height from which a card says more."""


def tell(where: QLabel, text: str) -> None:
    """Write only what is new: setting a text lays the card out again."""
    if where.text() != text:
        where.setText(text)


class Card(QFrame):
    """`least` is the width in pixels that it needs; of what is left each gets a share by its `weight`."""

    least = 160
    weight = 3

    def __init__(self, title: str, meaning: str) -> None:
        super().__init__()
        self.title = title
        self.setProperty("look", "card")
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.figure = label("–", "figure")
        self.figure.setAccessibleName(title)
        self.figure.setToolTip(meaning)
        self.unit = Elided("", "small")
        self.side = label("", "small")
        self.hint = label("", "dim", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._head = Elided(title, "small")
        self._head.setToolTip(meaning)
        self._units: tuple[str, ...] = ("",)
        self._sides: tuple[str, ...] = ("",)
        head = row(self._head, self.side, space=TIGHT)
        head.setStretch(0, 1)
        numbers = row(self.figure, self.unit, space=6)
        numbers.setStretch(1, 1)
        self._numbers = boxed(numbers)
        self._body = QVBoxLayout()
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(TIGHT)
        self._full = boxed(self._body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(ROOMY, TIGHT + 2, ROOMY, SPACE)
        outer.setSpacing(2)
        outer.addLayout(head)
        outer.addWidget(self._numbers)
        outer.addWidget(self._full, 1)
        outer.addWidget(self.hint, 1)
        self._more: list[QWidget] = []
        self.show_hint("")

    def put(self, part: QWidget, stretch: int = 0, *, tall: bool = False) -> None:
        """Add a part; with `tall` it shows only where there is room."""
        self._body.addWidget(part, stretch)
        if tall:
            self._more.append(part)
            part.hide()

    def show_hint(self, text: str) -> None:
        """Why there is nothing to show yet; with an empty text, what there is."""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
        self.side.setVisible(not text)
        self._numbers.setVisible(not text)
        self._full.setVisible(not text)

    def say(self, figure: str, units: tuple[str, ...] = ("",), sides: tuple[str, ...] = ("",)) -> None:
        """The one number, what stands behind it, and beside the title: of each the first that fits."""
        self._units, self._sides = units, sides
        tell(self.figure, figure)
        self._fit()
        told = f"{figure} {units[0]}".strip()
        if self.figure.accessibleDescription() != told:
            self.figure.setAccessibleDescription(told)

    def _fit(self) -> None:
        room = self.width() - 2 * ROOMY - 2 - SPACE
        advance = self.unit.fontMetrics().horizontalAdvance
        for where, choices, beside in (
            (self.unit, self._units, self.figure.sizeHint().width()),
            (self.side, self._sides, advance(self.title)),
        ):
            tell(where, next((one for one in choices if advance(one) <= room - beside), choices[-1]))

    def show_live(self, live: Live, span: int, expected: Expected | None) -> None:
        """Show what is known now, over the last `span` seconds."""
        raise NotImplementedError

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for part in self._more:
            part.setVisible(self.height() >= TALL)
        self._fit()
