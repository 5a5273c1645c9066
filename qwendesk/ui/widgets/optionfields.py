"""One field per option: the control that fits its kind and range, a mark when changed, a way back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLineEdit, QSlider, QVBoxLayout, QWidget

from qwendesk.api.options import Option
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.folderlist import FolderList
from qwendesk.ui.widgets.glyph import RESET, GlyphButton
from qwendesk.ui.widgets.numberedit import NumberEdit
from qwendesk.ui.widgets.parts import button, label, look_again, row
from qwendesk.ui.widgets.scale import POSITIONS, Scale
from qwendesk.words import _

_LONG = 14
"""Words for "unset" longer than this need a line of their own."""
_WIDE = 256
"""Whole numbers with a range wider than this get a slider, if both ends and a step are known."""


class Field(QWidget):
    """Title, unit and reset button over a control. `set_default` moves what "default" means."""

    value_changed = Signal()

    def __init__(self, one: Option) -> None:
        super().__init__()
        self.option = one
        self.default: Any = one.default
        self._title = label(said(one.title), "small")
        self._title.setMinimumWidth(24)
        self._unit = label(said(one.unit), "faint")
        self.reset = GlyphButton(RESET, _("Reset"))
        self.reset.clicked.connect(lambda _checked: self.go_back())
        keeps = self.reset.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(keeps)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._head = row(self._title, self._unit, 1, self.reset, space=4)
        self._build()
        self._tell()
        self.value_changed.connect(self._tell)

    @property
    def full_width(self) -> bool:
        return False

    def value(self) -> Any:
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        raise NotImplementedError

    def _build(self) -> None:
        raise NotImplementedError

    def is_changed(self) -> bool:
        return bool(self.value() != self.default)

    def go_back(self) -> None:
        self.set_value(self.default)

    def set_default(self, default: Any) -> None:
        """Another default, taken over where the value was not changed."""
        follows = not self.is_changed()
        self.default = default
        if follows:
            self.set_value(default)
        self._tell()

    def shown(self, value: Any) -> str:
        """A value as people read it."""
        if value is None:
            return said(self.option.unset)
        if isinstance(value, bool):
            return _("on") if value else _("off")
        return str(value)

    def _name(self, control: QWidget) -> None:
        control.setAccessibleName(said(self.option.title))
        control.setAccessibleDescription(said(self.option.help))

    def _tell(self) -> None:
        """Mark a changed value and say what the default is."""
        default = _("Default: {value}").format(value=self.shown(self.default) or _("empty"))
        self.setToolTip(f"{said(self.option.help)}\n{default}".strip())
        back = _("Back to the default: {value}").format(value=self.shown(self.default) or _("empty"))
        self.reset.setToolTip(back)
        self.reset.setAccessibleName(f"{said(self.option.title)}: {back}")
        self.reset.setVisible(self.is_changed())


class NumberField(Field):
    """A number; a slider below it where the range is wide."""

    @property
    def full_width(self) -> bool:
        return self._scale is not None or len(said(self.option.unset)) > _LONG

    def _build(self) -> None:
        one = self.option
        self._scale = _scale(one)
        self.edit = NumberEdit(one)
        self.edit.setPlaceholderText(said(one.unset))
        self.edit.value_changed.connect(self.value_changed)
        self._name(self.edit)
        self._title.setBuddy(self.edit)
        if self._scale is None:
            self._layout.addLayout(self._head)
            self._layout.addWidget(self.edit)
            return
        self.edit.setFixedWidth(120)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._head.addWidget(self.edit)
        self._layout.addLayout(self._head)
        self._layout.addWidget(self._made_slider(self._scale))

    def _made_slider(self, scale: Scale) -> QSlider:
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, POSITIONS)
        self.slider.setPageStep(POSITIONS // 10)
        self._name(self.slider)
        calm(self.slider)
        self._move_slider(scale)
        self.slider.valueChanged.connect(lambda place: self.edit.set_value(scale.value(place)))
        self.value_changed.connect(lambda: self._move_slider(scale))
        return self.slider

    def _move_slider(self, scale: Scale) -> None:
        look_again(self.slider, "unset", "yes" if self.edit.value is None else "")
        before = self.slider.blockSignals(True)
        self.slider.setValue(scale.position(scale.low if self.edit.value is None else self.edit.value))
        self.slider.blockSignals(before)

    def value(self) -> Any:
        return self.edit.value

    def set_value(self, value: Any) -> None:
        self.edit.set_value(value)

    def shown(self, value: Any) -> str:
        return said(self.option.unset) if value is None else self.edit.shown(value)


class SwitchField(Field):
    """On or off."""

    @property
    def full_width(self) -> bool:
        return True

    def _build(self) -> None:
        self.box = QCheckBox(said(self.option.title))
        self.box.setChecked(bool(self.option.default))
        self._name(self.box)
        self.box.toggled.connect(lambda _on: self.value_changed.emit())
        self._title.hide()
        self._head.insertWidget(0, self.box)
        self._layout.addLayout(self._head)

    def value(self) -> Any:
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        self.box.setChecked(bool(value))


class ChoiceField(Field):
    """One of a few; the default is marked in the list."""

    def _build(self) -> None:
        self.combo = QComboBox()
        self._values: list[str | None] = [None] if self.option.optional else []
        self._values += self.option.choices
        self.combo.addItems([self.shown(one) for one in self._values])
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._name(self.combo)
        self._title.setBuddy(self.combo)
        calm(self.combo)
        self.set_value(self.option.default)
        self.combo.currentIndexChanged.connect(lambda _index: self.value_changed.emit())
        self._layout.addLayout(self._head)
        self._layout.addWidget(self.combo)

    def value(self) -> Any:
        return self._values[self.combo.currentIndex()]

    def set_value(self, value: Any) -> None:
        self.combo.setCurrentIndex(self._values.index(value))

    def _tell(self) -> None:
        super()._tell()
        for place, one in enumerate(self._values):
            marked = _("{value} (default)") if one == self.default else "{value}"
            self.combo.setItemText(place, marked.format(value=self.shown(one)))


class TextField(Field):
    """A text; empty may mean None."""

    @property
    def full_width(self) -> bool:
        return True

    def _build(self) -> None:
        self.edit = QLineEdit(self.option.default or "")
        self.edit.setPlaceholderText(said(self.option.unset))
        self._name(self.edit)
        self._title.setBuddy(self.edit)
        self.edit.textChanged.connect(lambda _text: self.value_changed.emit())
        self._layout.addLayout(self._head)
        self._layout.addLayout(row(self.edit, *self._beside()))

    def _beside(self) -> list[QWidget]:
        return []

    def value(self) -> Any:
        return None if self.option.optional and not self.edit.text() else self.edit.text()

    def set_value(self, value: Any) -> None:
        self.edit.setText(value or "")


class PathField(TextField):
    """A text with a way to browse for it."""

    def _beside(self) -> list[QWidget]:
        browse = button(_("Browse…"), "", self._browse)
        browse.setAccessibleName(_("Browse for {title}").format(title=said(self.option.title)))
        return [browse]

    def _browse(self) -> None:
        title, start = said(self.option.title), self.edit.text()
        if self.option.kind == "folder":
            chosen = QFileDialog.getExistingDirectory(self, title, start)
        else:
            chosen, _filter = QFileDialog.getOpenFileName(self, title, start)
        if chosen:
            self.edit.setText(chosen)


class FoldersField(Field):
    """A list of folders."""

    @property
    def full_width(self) -> bool:
        return True

    def _build(self) -> None:
        self.list = FolderList()
        self._name(self.list.list)
        self._title.setBuddy(self.list.list)
        self.list.changed.connect(self.value_changed)
        self._layout.addLayout(self._head)
        self._layout.addWidget(self.list)

    def value(self) -> Any:
        return self.list.folders()

    def set_value(self, value: Any) -> None:
        self.list.set_folders(value)

    def shown(self, value: Any) -> str:
        return ", ".join(value)


def said(text: str) -> str:
    """A description in the reader's language; nothing stays nothing."""
    return _(text) if text else ""


def _scale(one: Option) -> Scale | None:
    if one.kind != "integer" or one.minimum is None or one.maximum is None or one.step is None:
        return None
    low, high = int(one.minimum), int(one.maximum)
    return Scale(low, high, max(int(one.step), 1)) if high - low > _WIDE else None


def make_field(one: Option) -> Field:
    """The field that fits the option's kind."""
    if one.kind in ("integer", "number"):
        return NumberField(one)
    if one.kind == "switch":
        return SwitchField(one)
    if one.kind == "choice":
        return ChoiceField(one)
    if one.kind == "folders":
        return FoldersField(one)
    return PathField(one) if one.kind in ("path", "folder") else TextField(one)
