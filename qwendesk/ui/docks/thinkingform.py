"""Whether the model reasons first, and for how long."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from qwendesk.api.messages import Thinking
from qwendesk.api.options import Option
from qwendesk.ui.theme.tokens import SPACE, TIGHT
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.optionfields import NumberField
from qwendesk.ui.widgets.parts import column, label, row
from qwendesk.words import _

BUDGET = Option(
    "budget",
    _("Budget"),
    _("Tokens of reasoning after which it is closed and the answer begins."),
    "integer",
    None,
    minimum=1,
    maximum=1_000_000,
    unit=_("tokens"),
    optional=True,
    unset=_("no limit"),
)
_MODES: tuple[bool | None, ...] = (None, True, False)
START = Thinking(on=True)
"""As Qwen3's own template begins; a template without a switch is not touched by it."""


class ThinkingForm(QWidget):
    """A choice and a number; `changed` when either was changed by the user."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode = QComboBox()
        self.mode.addItems([_("The model's own"), _("On"), _("Off")])
        self.mode.setAccessibleName(_("Reasoning"))
        calm(self.mode)
        self.budget = NumberField(BUDGET)
        mode = column(label(_("Reason first"), "small"), self.mode, 1, space=TIGHT)
        line = row(mode, self.budget, space=SPACE)
        line.setStretch(0, 1)
        line.setStretch(1, 1)
        self.budget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.mode.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setLayout(line)
        self.set_value(START)
        self.mode.currentIndexChanged.connect(lambda _index: self._on_changed())
        self.budget.value_changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.budget.setEnabled(self.value().on is not False)
        self.changed.emit()

    def value(self) -> Thinking:
        return Thinking(_MODES[self.mode.currentIndex()], self.budget.value())

    def set_value(self, thinking: Thinking) -> None:
        """Take over what was set elsewhere."""
        before = self.blockSignals(True)
        self.mode.setCurrentIndex(_MODES.index(thinking.on))
        self.budget.set_value(thinking.budget)
        self.blockSignals(before)
