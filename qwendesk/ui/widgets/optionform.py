"""A form made from an options dataclass: labels, controls, ranges, units and defaults are its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from qwendesk.api.options import Option, build, describe
from qwendesk.ui.theme.tokens import ROOMY, SPACE
from qwendesk.ui.widgets.fold import Fold
from qwendesk.ui.widgets.optionfields import Field, make_field
from qwendesk.words import _


class OptionForm(QWidget):
    """Values by option name; `changed` after any of them has changed."""

    changed = Signal()

    def __init__(self, options: type) -> None:
        super().__init__()
        self._options = options
        described = describe(options)
        self.fields: dict[str, Field] = {one.name: make_field(one) for one in described}
        for field in self.fields.values():
            field.value_changed.connect(self.changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(ROOMY)
        layout.addWidget(_grid(self._of(described, advanced=False)))
        if advanced := self._of(described, advanced=True):
            layout.addWidget(Fold(_("More options"), _grid(advanced)))

    def _of(self, described: Sequence[Option], *, advanced: bool) -> list[Field]:
        return [self.fields[one.name] for one in described if one.advanced == advanced]

    def values(self) -> dict[str, Any]:
        """Every value."""
        return {name: field.value() for name, field in self.fields.items()}

    def changes(self) -> dict[str, Any]:
        """The values that are not the defaults."""
        return {name: field.value() for name, field in self.fields.items() if field.is_changed()}

    def built(self) -> Any:
        """The options object. Raises Problem on a value the options refuse."""
        return build(self._options, self.values())

    def set_values(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self.fields[name].set_value(value)

    def set_defaults(self, values: Mapping[str, Any]) -> None:
        """What counts as the default from now on; unchanged values follow."""
        for name, value in values.items():
            self.fields[name].set_default(value)


def _grid(fields: Sequence[Field]) -> QWidget:
    """Short fields two to a row, wide ones alone."""
    page = QWidget()
    grid = QGridLayout(page)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE)
    grid.setVerticalSpacing(ROOMY)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    line, place = 0, 0
    for field in fields:
        if field.full_width and place:
            line, place = line + 1, 0
        field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        grid.addWidget(field, line, place, 1, 2 if field.full_width else 1, Qt.AlignmentFlag.AlignTop)
        line, place = (line + 1, 0) if field.full_width or place else (line, 1)
    return page
