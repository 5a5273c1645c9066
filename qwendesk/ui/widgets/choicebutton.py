"""A quiet button that shows what is chosen of a few things and opens a menu with all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton


class ChoiceButton(QPushButton):
    """`chosen` with the key, when the user has picked another one."""

    chosen = Signal(object)

    def __init__(self, name: str, choices: Mapping[Any, str], first: Any) -> None:
        super().__init__()
        self._name, self._choices = name, choices
        self.value: Any = first
        self.setProperty("look", "quiet")
        menu = QMenu(self)
        group = QActionGroup(menu)
        for key, text in choices.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(key == first)
            action.triggered.connect(lambda _checked, key=key: self.choose(key))
            group.addAction(action)
        self.setMenu(menu)
        self._tell()

    def choose(self, key: Any) -> None:
        """Another one."""
        if key != self.value:
            self.value = key
            actions = self.menu().actions()
            actions[list(self._choices).index(key)].setChecked(True)
            self._tell()
            self.chosen.emit(key)

    def _tell(self) -> None:
        text = self._choices[self.value]
        self.setText(text)
        self.setAccessibleName(f"{self._name}: {text}")
