"""What goes along with the next message: a row of chips above the field, and lines on what is wrong."""

from __future__ import annotations

from itertools import count

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from qwendesk.ui.chat.attachmentlines import AttachmentLines
from qwendesk.ui.chat.chip import HEIGHT, Chip, ChipButton
from qwendesk.ui.chat.given import Given, name_of
from qwendesk.ui.theme.tokens import SPACE, TIGHT
from qwendesk.words import _

MOST = 50
_BAR = 10
"""Pixels of the scroll bar below more chips than fit."""


class Attachments(QWidget):
    """Hidden while there is nothing. Whoever reads what is given takes it and shows how far it is.

    Chips belong to the message that is being written, of which there may be several: `turn_to` another.
    """

    given = Signal()
    removed = Signal(int)
    opened = Signal(int)
    changed = Signal()
    left = Signal()
    """The keyboard has nothing to stand on here any more."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.message: object = None
        self.chips: dict[int, Chip] = {}
        self._put_by: dict[object, dict[int, Chip]] = {}
        self._waiting: list[tuple[int, str, Given]] = []
        self._ids = count(1)
        self._buttons: dict[int, ChipButton] = {}
        self.said = AttachmentLines(self)
        self.said.dismissed.connect(self.remove)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE)
        self._row.addStretch()
        self._area = self._made_area()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE)
        column.setSpacing(TIGHT)
        column.addWidget(self._area)
        column.addWidget(self.said)
        self.hide()

    def _made_area(self) -> QScrollArea:
        strip = QWidget()
        strip.setProperty("look", "page")
        strip.setLayout(self._row)
        area = QScrollArea(self, widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("Attachments"))
        area.setWidget(strip)
        area.setFixedHeight(HEIGHT + _BAR)
        return area

    @property
    def sendable(self) -> bool:
        """Whether nothing is still read or cannot be sent."""
        return all(one.state in ("ready", "failed") for one in self.chips.values())

    @property
    def holds_any(self) -> bool:
        """Whether there is something that can go along."""
        return any(one.state == "ready" for one in self.chips.values())

    def add(self, one: Given) -> None:
        """Another one, behind the others; it is to be read."""
        id = next(self._ids)
        if sum(chip.state != "failed" for chip in self.chips.values()) >= MOST:
            problem = _("A message can have {most} attachments; what came after them was left out.")
            self.chips = {at: chip for at, chip in self.chips.items() if chip.name}
            self.show_chip(Chip(id, "", "failed", problem=problem.format(most=MOST)))
            return
        self.show_chip(Chip(id, self._free_name(name_of(one))))
        self._waiting.append((id, self.chips[id].name, one))
        self.given.emit()

    def _free_name(self, name: str) -> str:
        taken = {one.name for one in self.chips.values()}
        number, free = 1, name
        while free in taken:
            number += 1
            free = f"{name} ({number})"
        return free

    def take(self) -> list[tuple[int, str, Given]]:
        """What nobody has taken yet: id, name, and what was given."""
        taken, self._waiting = self._waiting, []
        return taken

    def show_chip(self, chip: Chip) -> None:
        """As it is now; one that was taken out stays out."""
        for chips in self._put_by.values():
            if chip.id in chips:
                chips[chip.id] = chip
                return
        self.chips[chip.id] = chip
        self._refresh()

    def has(self, id: int) -> bool:
        """Whether it was not taken out, in front or put by."""
        return any(id in chips for chips in (self.chips, *self._put_by.values()))

    def turn_to(self, message: object) -> None:
        """Show the chips of another message; those shown are put by."""
        if self.chips:
            self._put_by[self.message] = self.chips
        self.message, self.chips = message, self._put_by.pop(message, {})
        self._refresh()

    def drop(self, message: object) -> None:
        """A message that is put by will never be sent."""
        for id in self._put_by.pop(message, {}):
            self.removed.emit(id)

    def clear(self) -> None:
        """What can be sent is on its way."""
        self.chips = {id: one for id, one in self.chips.items() if one.state in ("reading", "refused")}
        self._refresh()

    def remove(self, id: int) -> None:
        """Take one out; the keyboard goes on to the next one."""
        ids = list(self._buttons)
        focused = id in ids and self._buttons[id].isAncestorOf(self.focusWidget() or self)
        focused = focused or (id in ids and self._buttons[id].hasFocus())
        at = ids.index(id) if id in ids else 0
        self.chips.pop(id, None)
        self._waiting = [one for one in self._waiting if one[0] != id]
        self._refresh()
        self.removed.emit(id)
        if focused:
            rest = list(self._buttons.values())
            if rest:
                rest[min(at, len(rest) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.left.emit()

    def _refresh(self) -> None:
        shown = {id: chip for id, chip in self.chips.items() if chip.state != "failed"}
        for id in [one for one in self._buttons if one not in shown]:
            gone = self._buttons.pop(id)
            gone.hide()
            gone.deleteLater()
        for id, chip in shown.items():
            if id in self._buttons:
                self._buttons[id].show_chip(chip)
            else:
                self._add_button(chip)
        self._area.setVisible(bool(shown))
        self.said.show_chips(self.chips.values())
        self._order_tabs()
        self.setVisible(bool(self.chips))
        self.changed.emit()

    def _order_tabs(self) -> None:
        """Before the field: what is made later would come last in the window."""
        before = self.previousInFocusChain() or self
        while before.focusPolicy() == Qt.FocusPolicy.NoFocus and before is not self:
            before = before.previousInFocusChain() or self
        chips = [stop for one in self._buttons.values() for stop in (one, one.close_button)]
        for stop in (*chips, *self.said.buttons):
            QWidget.setTabOrder(before, stop)
            before = stop

    def _add_button(self, chip: Chip) -> None:
        made = ChipButton(self, chip)
        made.removed.connect(lambda: self.remove(chip.id))
        made.clicked.connect(lambda: self.opened.emit(chip.id))
        self._row.insertWidget(len(self._buttons), made)
        self._buttons[chip.id] = made

    @property
    def buttons(self) -> list[ChipButton]:
        return list(self._buttons.values())
