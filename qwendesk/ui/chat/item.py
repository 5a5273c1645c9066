"""One row of the conversation: data always, a widget only while it is near the viewport."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from qwendesk.ui.theme.tokens import SPACE


class Block(QWidget):
    """The widget of an item."""

    def measure(self, width: int) -> int:
        """Its height in pixels at this width."""
        raise NotImplementedError

    def refresh(self) -> None:
        """The item's data changed: show it."""

    def tab_stops(self) -> list[QWidget]:
        """What the Tab key visits, in order."""
        return []

    def reader(self) -> QWidget | None:
        """What takes the focus when the reader walks from block to block."""
        stops = self.tab_stops()
        return stops[0] if stops else None


class Item:
    """`above` is the space over it, in pixels. The list that holds it keeps `index`, and clears `stale`,
    which says that the height has to be measured again."""

    above = SPACE
    index = -1
    stale = True

    def __init__(self) -> None:
        self.widget: Block | None = None

    def estimate(self, width: int) -> int:
        """A height without laying anything out; replaced by the true one once it has been seen."""
        raise NotImplementedError

    def make(self, parent: QWidget) -> Block:
        raise NotImplementedError

    def changed(self) -> None:
        """Show new data, if anybody is looking."""
        self.stale = True
        if self.widget is not None:
            self.widget.refresh()


def estimated_text(length: int, lines: int, width: int, line: int = 18) -> int:
    """A guess at the height of so many characters in so many lines."""
    per_line = max(1, width // 7)
    return line * max(1, lines, length // per_line + lines)
