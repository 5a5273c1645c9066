"""Fields for what a prompt's variables want beyond plain options: choices with others, and lists."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from qwendesk.api.options import Option
from qwendesk.api.prompts import Variable
from qwendesk.ui.dialogs.passage import PassageField
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.optionfields import Field, TextField, make_field, said
from qwendesk.ui.widgets.parts import button
from qwendesk.words import _


class OpenChoiceField(Field):
    """One of a few, or something else that is typed."""

    @property
    def full_width(self) -> bool:
        return True

    def _build(self) -> None:
        self.combo = QComboBox(editable=True)
        self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.combo.addItems(self.option.choices)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._name(self.combo)
        self._title.setBuddy(self.combo)
        calm(self.combo)
        self.set_value(self.option.default)
        self.combo.editTextChanged.connect(lambda _text: self.value_changed.emit())
        self._layout.addLayout(self._head)
        self._layout.addWidget(self.combo)

    def value(self) -> Any:
        return self.combo.currentText()

    def set_value(self, value: Any) -> None:
        self.combo.setCurrentText(value or "")
        if (edit := self.combo.lineEdit()) is not None:
            edit.setCursorPosition(0)


class ListField(TextField):
    """Some of a few, with commas between them; a menu adds one and takes one out."""

    def _build(self) -> None:
        super()._build()
        self.edit.setCursorPosition(0)

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        self.edit.setCursorPosition(0)

    def _beside(self) -> list[QWidget]:
        self.choose = button(_("Choose"))
        self.choose.setAccessibleName(_("Choose {title}").format(title=said(self.option.title)))
        menu = QMenu(self.choose)
        for one in self.option.choices:
            action = menu.addAction(one)
            action.setCheckable(True)
            action.triggered.connect(lambda on, one=one: self._put(one, on))
        menu.aboutToShow.connect(self._check)
        self.choose.setMenu(menu)
        return [self.choose]

    def _chosen(self) -> list[str]:
        return [one.strip() for one in self.edit.text().split(",") if one.strip()]

    def _check(self) -> None:
        chosen = self._chosen()
        for action in self.choose.menu().actions():
            action.setChecked(action.text() in chosen)

    def _put(self, one: str, on: bool) -> None:
        others = [chosen for chosen in self._chosen() if chosen != one]
        self.edit.setText(", ".join([*others, one] if on else others))


def variable_field(variable: Variable, one: Option) -> Field:
    """The field for a variable, which is this option."""
    if variable.type == "choices" and variable.choices:
        return ListField(one)
    if variable.type == "choice" and variable.others:
        return OpenChoiceField(one)
    if variable.type == "text" and variable.default is None:
        return PassageField(one)
    return make_field(one)
