"""Cards side by side while it is low, in rows where there is height: all of the room is used."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from qwendesk.ui.cards.card import Card
from qwendesk.ui.theme.tokens import SPACE

ROWS_FROM = 330
"""Pixels of height from which two rows are better than one."""
_LEAST_HEIGHT, _ROW, _COLUMN = 108, 200, 300


class Flow(QScrollArea):
    """In one row it scrolls sideways, in several downwards."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.page = QWidget()
        self.page.setProperty("look", "page")
        self.setWidget(self.page)
        self.cards: list[Card] = []
        self._places: list[QRect] = []
        self._moving: deque[Card] = deque()
        self._turns = QTimer(self, interval=0)
        self._turns.timeout.connect(self._move_next)

    def place(self, cards: Sequence[Card]) -> None:
        """These, in this order; new ones are still to be shown."""
        if list(cards) == self.cards:
            return
        for gone in set(self.cards) - set(cards):
            gone.hide()
            gone.deleteLater()
        self.cards = list(cards)
        for one in self.cards:
            if one.parent() is not self.page:
                one.setParent(self.page)
        self.arrange()

    def arrange(self) -> None:
        """Give each its place."""
        self._find_places()
        self._moving = deque(self.cards)
        while self._moving:
            self._move_next()

    def _move_next(self) -> None:
        if self._moving:
            card = self._moving.popleft()
            card.setGeometry(self._places[self.cards.index(card)])
        if not self._moving:
            self._turns.stop()

    def _find_places(self) -> None:
        """The page becomes as large as they are together."""
        width, height = self.viewport().width(), self.viewport().height()
        least = [(one.least, one.weight) for one in self.cards]
        tall = self.height() >= ROWS_FROM
        self._places = grid(len(self.cards), width, height) if tall else line(least, width, height)
        self.setHorizontalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff if tall else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        )
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if tall else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        right = max((one.right() + 1 for one in self._places), default=width)
        bottom = max((one.bottom() + 1 for one in self._places), default=height)
        self.page.resize(right, bottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._find_places()
        # One in a turn of the event loop: to draw all charts at other sizes takes longer than a frame.
        self._moving.extend(one for one in self.cards if one not in self._moving)
        self._turns.start()


def line(cards: Sequence[tuple[int, int]], width: int, height: int) -> list[QRect]:
    """Beside one another: each its least width, and a share of what is left by its weight."""
    spare = width - sum(least for least, _weight in cards) - SPACE * (len(cards) - 1)
    whole = sum(weight for _least, weight in cards)
    places, left = [], 0
    for least, weight in cards:
        own = least + max(spare, 0) * weight // max(whole, 1)
        places.append(QRect(left, 0, own, max(height, _LEAST_HEIGHT)))
        left += own + SPACE
    return places


def grid(count: int, width: int, height: int) -> list[QRect]:
    """In as many columns as have room, each row as wide as the page, all rows as high as one another."""
    columns = min(max((width + SPACE) // (_COLUMN + SPACE), 1), max(count, 1))
    rows = -(-count // columns)
    columns = -(-count // max(rows, 1))  # four are two rows of two, not three and one
    tall = max((height - SPACE * (rows - 1)) // max(rows, 1), _ROW)
    places = []
    for number in range(count):
        across, down = number % columns, number // columns
        here = min(columns, count - down * columns)
        own = (width - SPACE * (here - 1)) // here
        places.append(QRect(across * (own + SPACE), down * (tall + SPACE), own, tall))
    return places
