"""Whether the model reasons first, and for how long."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QSizePolicy, QWidget

from qwendesk.api.messages import Thinking
from qwendesk.api.options import Option
from qwendesk.models.facts import Template
from qwendesk.ui.theme.tokens import SPACE, TIGHT
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.optionfields import NumberField
from qwendesk.ui.widgets.parts import boxed, button, column, label, row
from qwendesk.words import _
from qwendesk.words.thinking import offered

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


class ThinkingForm(QWidget):
    """What the loaded model's template offers, and nothing else; `changed` by the user."""

    changed = Signal()
    test_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode = QComboBox()
        self.mode.addItems([_("The model's own"), _("On"), _("Off")])
        self.mode.setAccessibleName(_("Reasoning"))
        calm(self.mode)
        self.budget = NumberField(BUDGET)
        self.effort = QComboBox()
        self.effort.setAccessibleName(_("Effort"))
        calm(self.effort)
        self.preserve = QCheckBox(_("Send earlier reasoning back"))
        self.preserve.setToolTip(_("Whether the model sees what it reasoned in earlier replies."))
        self.offered = label("", "small", wrap=True)
        self.test = button(_("Test the switch"), "", self.test_requested.emit)
        self.test.setToolTip(_("Two tiny replies, a few seconds: one with reasoning, one without."))
        self._mode_part = boxed(column(label(_("Reason first"), "small"), self.mode, 1, space=TIGHT))
        self._effort_part = boxed(column(label(_("Effort"), "small"), self.effort, space=TIGHT))
        line = row(self._mode_part, self.budget, space=SPACE)
        line.setStretch(0, 1)
        line.setStretch(1, 1)
        self.budget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.mode.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setLayout(
            column(line, self._effort_part, self.preserve, self.offered, row(self.test, 1), space=SPACE)
        )
        self._touched = False
        self.show_template(None)
        self.effort.currentIndexChanged.connect(lambda _index: self._on_changed())
        self.preserve.toggled.connect(lambda _on: self._on_changed())
        self.mode.currentIndexChanged.connect(lambda _index: self._on_changed())
        self.budget.value_changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._touched = True
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        self.budget.setEnabled(self.value().on is not False)

    def show_template(self, template: Template | None) -> None:
        """What the template offers; before a model is loaded (None) nothing is ruled out."""
        mode = template.thinking if template is not None else "switch"
        before, touched = self.blockSignals(True), self._touched
        for part, shown in (
            (self._mode_part, mode == "switch"),
            (self.budget, mode != "none"),
            (self._effort_part, template is not None and bool(template.efforts)),
            (self.preserve, template is not None and template.preserves_thinking),
            (self.test, template is not None and mode == "switch"),
        ):
            part.setVisible(shown)
        if template is not None:
            self._fill_efforts(template.efforts)
            if not touched and template.thinks_by_default is not None:
                self.mode.setCurrentIndex(_MODES.index(template.thinks_by_default))
        self.offered.setText(offered(template) if template is not None else "")
        self.offered.setVisible(template is not None)
        self._touched = touched  # what was set here is no wish of the user's, whose own holds for every model
        self._tell()
        self.blockSignals(before)

    def _fill_efforts(self, efforts: Sequence[str]) -> None:
        kept = self.effort.currentData()
        self.effort.clear()
        self.effort.addItem(_("The model's own"), None)
        for one in efforts:
            self.effort.addItem(one, one)
        self.effort.setCurrentIndex(max(0, self.effort.findData(kept)))

    def show_test(self, words: str) -> None:
        """What became of the test, or that it goes on."""
        self.offered.setText(words)

    def value(self) -> Thinking:
        preserve = self.preserve.isChecked() or None if not self.preserve.isHidden() else None
        effort = self.effort.currentData() if not self._effort_part.isHidden() else None
        return Thinking(_MODES[self.mode.currentIndex()], self.budget.value(), effort, preserve)

    def set_value(self, thinking: Thinking) -> None:
        """Take over what was set elsewhere."""
        before = self.blockSignals(True)
        self._touched = True
        self.mode.setCurrentIndex(_MODES.index(thinking.on))
        self.budget.set_value(thinking.budget)
        self.effort.setCurrentIndex(max(0, self.effort.findData(thinking.effort)))
        self.preserve.setChecked(bool(thinking.preserve))
        self._tell()
        self.blockSignals(before)
