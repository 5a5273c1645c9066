"""Which version of a message is shown, of how many, with a step to its neighbours: ‹ 2/3 ›."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from qwendesk.ui.chat.buttons import button
from qwendesk.words import _

Place = tuple[int, int]


class VersionSwitch(QWidget):
    """Hidden where there is one version alone. `step` hears -1 or 1."""

    def __init__(self, parent: QWidget, place: Place, step: Callable[[int], None]) -> None:
        super().__init__(parent)
        at, count = place
        self.before = button(self, "‹", "quiet", lambda: step(-1), _("The version before"))
        self.after = button(self, "›", "quiet", lambda: step(1), _("The next version"))
        self.before.setEnabled(at > 1)
        self.after.setEnabled(at < count)
        told = QLabel(f"{at}/{count}", self)
        told.setProperty("look", "small")
        told.setAccessibleName(_("Version {at} of {count}").format(at=at, count=count))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for one in (self.before, told, self.after):
            row.addWidget(one)
        self.needed = count > 1
        self.setVisible(self.needed)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def tab_stops(self) -> list[QWidget]:
        return [one for one in (self.before, self.after) if self.needed and one.isEnabled()]
