"""A form made from options or a dataclass of them: labels, controls, ranges, units and defaults are theirs.

Fields are made in slices, those under "More options" when they are first looked at. Values are there
from the beginning and are right at any time, whether a field shows them or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from qwendesk.api.options import Option, build, describe
from qwendesk.ui.slices import TURN, Slices, Work
from qwendesk.ui.theme.tokens import ROOMY, SPACE
from qwendesk.ui.widgets.fold import Fold
from qwendesk.ui.widgets.optionfields import Field, make_field
from qwendesk.ui.widgets.unmade import Unmade
from qwendesk.words import _


class Form(QWidget):
    """Values by option name; `changed` after any of them has changed, `completed` once the fields are there.

    Without `slices` the fields are made at once. `make` makes a field from its option.
    """

    changed = Signal()
    completed = Signal()

    def __init__(
        self,
        described: Sequence[Option],
        slices: Slices | None = None,
        make: Callable[[Option], Field] = make_field,
    ) -> None:
        super().__init__()
        self._slices = slices
        self._entries: dict[str, Unmade | Field] = {
            one.name: Unmade(one, self.changed.emit, make) for one in described
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(ROOMY)
        plain, more = _Grid(), _Grid()
        self._making = self._make([one.name for one in described if not one.advanced], plain)
        self._more = self._make([one.name for one in described if one.advanced], more)
        layout.addWidget(plain)
        if any(one.advanced for one in described):
            self._fold = Fold(_("More options"), more)
            self._fold.opened.connect(lambda: self._do(self._more))
            layout.addWidget(self._fold)
        self.building = True
        self._do(self._making)

    def _do(self, making: Work) -> None:
        if self._slices is not None:
            self._slices.begin(self, making)
        else:
            _exhaust(making)

    def _make(self, names: list[str], grid: _Grid) -> Work:
        for name in names:
            grid.add(self._made(name))
            yield TURN  # the form is laid out and painted with it
        if self.building:
            self.building = False
            self.completed.emit()

    def _made(self, name: str) -> Field:
        entry = self._entries[name]
        assert isinstance(entry, Unmade)
        field = entry.made()
        field.value_changed.connect(self.changed)
        self._entries[name] = field
        return field

    @property
    def fields(self) -> dict[str, Field]:
        """Every field; those that are not there yet are made now."""
        for making in (self._making, self._more):
            _exhaust(making)
        return {name: entry for name, entry in self._entries.items() if isinstance(entry, Field)}

    def values(self) -> dict[str, Any]:
        """Every value."""
        return {name: entry.value() for name, entry in self._entries.items()}

    def changes(self) -> dict[str, Any]:
        """The values that are not the defaults."""
        return {name: entry.value() for name, entry in self._entries.items() if entry.is_changed()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self._entries[name].set_value(value)

    def set_defaults(self, values: Mapping[str, Any]) -> None:
        """What counts as the default from now on; unchanged values follow."""
        for name, value in values.items():
            self._entries[name].set_default(value)


class OptionForm(Form):
    """The form of an options dataclass."""

    def __init__(self, options: type, slices: Slices | None = None) -> None:
        super().__init__(describe(options), slices)
        self._options = options

    def built(self) -> Any:
        """The options object. Raises Problem on a value the options refuse."""
        return build(self._options, self.values())


def _exhaust(making: Work) -> None:
    for _part in making:
        pass


class _Grid(QWidget):
    """Short fields two to a row, wide ones alone."""

    def __init__(self) -> None:
        super().__init__()
        self._line = self._place = 0
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(ROOMY)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def add(self, field: Field) -> None:
        wide = field.full_width
        if wide and self._place:
            self._line, self._place = self._line + 1, 0
        field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        columns = 2 if wide else 1
        self._grid.addWidget(field, self._line, self._place, 1, columns, Qt.AlignmentFlag.AlignTop)
        ends = wide or self._place
        self._line, self._place = (self._line + 1, 0) if ends else (self._line, 1)
