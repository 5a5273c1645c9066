"""A field for one number of any size: typed, stepped with the arrow keys, or left empty for "unset"."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from qwendesk.api.options import Option, check
from qwendesk.api.problem import Problem
from qwendesk.ui.widgets.parts import look_again
from qwendesk.words.problems import word

_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}


class NumberEdit(QLineEdit):
    """Holds a valid value at any time; a text that is none is marked and explained, not taken."""

    value_changed = Signal()

    def __init__(self, one: Option, help: str = "") -> None:
        super().__init__()
        self._one = one
        self._help = help
        self._value: Any = one.default
        self.problem: Problem | None = None
        self.setText(self.shown(one.default))
        self.textEdited.connect(self._on_edited)
        self.editingFinished.connect(self._tidy)

    @property
    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        changed = value != self._value
        self._value = value
        self._mark(None)
        if self.text() != self.shown(value):
            self.setText(self.shown(value))
        if changed:
            self.value_changed.emit()

    def shown(self, value: Any) -> str:
        """The value as this field writes it; whole numbers with a unit are grouped."""
        if value is None:
            return ""
        if self._one.kind == "number":
            return f"{value:.6g}"
        return f"{value:,}" if self._one.unit else str(value)

    def _on_edited(self, text: str) -> None:
        try:
            value = check(self._one, parse(self._one, text))
        except Problem as problem:
            self._mark(problem)
            return
        self._mark(None)
        if value != self._value:
            self._value = value
            self.value_changed.emit()

    def _tidy(self) -> None:
        """Leaving the field writes what holds."""
        self._mark(None)
        self.setText(self.shown(self._value))

    def _mark(self, problem: Problem | None) -> None:
        self.problem = problem
        look_again(self, "wrong", "yes" if problem else "")
        self.setToolTip(str(word(problem.note())) if problem else self._help)

    def _step(self, steps: int) -> None:
        one = self._one
        start = self._value if self._value is not None else (one.minimum or 0)
        value = start + steps * (one.step or 1)
        if one.minimum is not None:
            value = max(value, one.minimum)
        if one.maximum is not None:
            value = min(value, one.maximum)
        self.set_value(round(value) if one.kind == "integer" else round(value, 6))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = _STEPS.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
        else:
            self._step(steps)


def parse(one: Option, text: str) -> Any:
    """The number a text means; grouping is allowed, nothing means None. Raises Problem `option_type`."""
    plain = "".join(text.split()).replace(",", "" if one.kind == "integer" else ".").replace("_", "")
    if not plain:
        return None
    try:
        return int(plain) if one.kind == "integer" else float(plain)
    except ValueError:
        raise Problem("option_type", option=one.name, value=text[:80], kind=one.kind) from None
