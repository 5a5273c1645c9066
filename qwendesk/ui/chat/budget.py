"""How many tokens of reasoning are allowed: a button with a menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from qwendesk.words import _

CHOICES = (None, 256, 1024, 4096)
_MOST = 1_000_000


class BudgetButton(QPushButton):
    """Shows the budget; None is no limit."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("look", "flat")
        self.setToolTip(_("Tokens of reasoning after which the model must answer."))
        self._budget: int | None = None
        self._menu = QMenu(self)
        self.clicked.connect(self._open)
        self.show_budget(None)

    def show_budget(self, budget: int | None) -> None:
        self._budget = budget
        self.setText(_("Budget: no limit") if budget is None else _("Budget {n:,}").format(n=budget))
        self.setAccessibleName(_("Thinking budget, {words}").format(words=_words(budget)))

    def _open(self) -> None:
        menu = self.menu_now()
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def menu_now(self) -> QMenu:
        """The choices, the one in force marked."""
        from PySide6.QtGui import QActionGroup

        self._menu.clear()
        group = QActionGroup(self._menu)
        for choice in CHOICES:
            action = self._menu.addAction(_words(choice), partial(self.chosen.emit, choice))
            action.setCheckable(True)
            action.setChecked(choice == self._budget)
            group.addAction(action)
        custom = self._menu.addAction(_("Custom…"), self._ask)
        custom.setCheckable(True)
        custom.setChecked(self._budget not in CHOICES)
        group.addAction(custom)
        return self._menu

    def _ask(self) -> None:
        from PySide6.QtWidgets import QInputDialog

        title, words = _("Thinking budget"), _("Tokens of reasoning:")
        dialog = QInputDialog(self)
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setWindowTitle(title)
        dialog.setLabelText(words)
        dialog.setIntRange(1, _MOST)
        dialog.setIntValue(self._budget or 2048)
        dialog.intValueSelected.connect(self.chosen.emit)
        dialog.open()


def _words(budget: int | None) -> str:
    return _("No limit") if budget is None else _("{n:,} tokens").format(n=budget)
