"""The runtimes that could load a model; those that cannot work here say why and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from qwendesk.runtimes.service import RuntimeState
from qwendesk.ui.theme.tokens import TIGHT
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.optionfields import said
from qwendesk.ui.widgets.parts import column, label
from qwendesk.words import _


class RuntimeCombo(QWidget):
    """`chosen` with the RuntimeState when the user picked another one."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.combo = QComboBox()
        self.combo.setAccessibleName(_("Runtime"))
        self.combo.setModel(QStandardItemModel(self.combo))
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        calm(self.combo)
        self._why = label("", "small", wrap=True)
        self._states: list[RuntimeState] = []
        self.setLayout(column(self.combo, self._why, space=TIGHT))
        self.combo.currentIndexChanged.connect(self._on_picked)
        self.show_states([], None)

    @property
    def current(self) -> RuntimeState | None:
        """The runtime picked, if it works here."""
        at = self.combo.currentIndex()
        state = self._states[at] if 0 <= at < len(self._states) else None
        return state if state is not None and state.probe.available else None

    def show_states(self, states: Sequence[RuntimeState], wanted: str | None) -> None:
        """Fill the list; picks the wanted runtime or the first one that works."""
        before = self.combo.blockSignals(True)
        self._states = list(states)
        items = QStandardItemModel(self.combo)
        for state in states:
            items.appendRow(_item(state))
        self.combo.setModel(items)
        usable = [at for at, state in enumerate(states) if state.probe.available]
        asked = [at for at in usable if states[at].spec.id == wanted]
        self.combo.setCurrentIndex((asked or usable or [-1])[0])
        self.combo.setPlaceholderText(_("No runtime works here"))
        self.combo.blockSignals(before)
        self._explain()

    def _explain(self) -> None:
        """Below the list, where no runtime works: why none does. Elsewhere the list's own tooltips do."""
        works = any(state.probe.available for state in self._states)
        broken = [] if works else self._states
        lines = [
            f"{said(one.spec.title)}: {said(one.probe.reason)} {said(one.probe.fix)}".strip()
            for one in broken
        ]
        self._why.setText("\n".join(lines) if lines else "")
        self._why.setVisible(bool(lines))

    def _on_picked(self, _index: int) -> None:
        if self.current is not None:
            self.chosen.emit(self.current)


def _item(state: RuntimeState) -> QStandardItem:
    title, probe = said(state.spec.title), state.probe
    item = QStandardItem(title if probe.available else _("{runtime} (not available)").format(runtime=title))
    tip = said(state.spec.summary) if probe.available else f"{said(probe.reason)}\n{said(probe.fix)}".strip()
    item.setToolTip(tip)
    item.setData(f"{item.text()}. {tip}", Qt.ItemDataRole.AccessibleTextRole)
    item.setEnabled(probe.available)
    return item
