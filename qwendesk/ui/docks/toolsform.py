"""Which tools the model may ask for, and the shape that its answer must have."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from qwendesk.ui.theme.style import code_font
from qwendesk.ui.theme.tokens import SMALL, SPACE
from qwendesk.ui.widgets.fold import Fold
from qwendesk.ui.widgets.parts import boxed, column, label, look_again
from qwendesk.words import _

_PAUSE_MS = 300
_HEIGHT = 120


class ToolsForm(QWidget):
    """`changed` when a tool was switched or the schema means something else."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.boxes = {
            id: QCheckBox(title)
            for id, title in (
                ("calculator", _("Calculator")),
                ("current_time", _("Date and time")),
                ("search_files", _("Search in the attached files")),
            )
        }
        for box in self.boxes.values():
            box.setToolTip(_("The model may ask for it. Nothing runs before you say yes."))
            box.toggled.connect(lambda _on: self.changed.emit())
        self.schema = QPlainTextEdit()
        self.schema.setAccessibleName(_("JSON schema of the answer"))
        self.schema.setPlaceholderText('{"type": "object", "properties": {…}}')
        self.schema.setFont(code_font(SMALL))
        self.schema.setFixedHeight(_HEIGHT)
        self.schema.setTabChangesFocus(True)
        self.state = label("", "small", wrap=True)
        self._value: dict[str, Any] | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._read)
        self.schema.textChanged.connect(self._pause.start)
        shape = boxed(column(self.schema, self.state, space=SPACE // 2))
        self.setLayout(column(*self.boxes.values(), Fold(_("Answer as JSON"), shape), space=SPACE))
        self._read()

    def chosen(self) -> frozenset[str]:
        """The ids of the tools that are on."""
        return frozenset(id for id, box in self.boxes.items() if box.isChecked())

    def json_schema(self) -> dict[str, Any] | None:
        """The schema, or None where there is none or it cannot be read; the form says which."""
        if self._pause.isActive():
            self._pause.stop()
            self._read()
        return self._value

    def _read(self) -> None:
        before, text = self._value, self.schema.toPlainText().strip()
        self._value, told, state = None, _("The answer follows this JSON schema, if one stands here."), ""
        if text:
            try:
                found = json.loads(text)
                if not isinstance(found, dict):
                    raise ValueError(_("a schema is an object"))
                self._value, told, state = found, _("Every answer follows this schema."), "good"
            except (ValueError, RecursionError) as error:
                told, state = _("Not used, because it is no JSON: {why}").format(why=error), "bad"
        self.state.setText(told)
        look_again(self.state, "state", state)
        if self._value != before:
            self.changed.emit()
