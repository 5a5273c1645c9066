"""A few fields to fill in before something is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.theme.tokens import GAP, ROOMY, TIGHT
from qwendesk.ui.widgets.optionform import Form
from qwendesk.ui.widgets.parts import button, column, label, look_again
from qwendesk.words import _
from qwendesk.words.problems import Sentence

_MANY, _HEIGHT = 3, 380


class AskingDialog(Dialog):
    """`filled` with the values by name. It stays until it is told to close."""

    filled = Signal(object)

    def __init__(self, title: str, text: str, form: Form, does: str, parent: QWidget) -> None:
        """`does` is what stands on the button."""
        super().__init__(title, parent, width=480)
        self.form = form
        if text:
            self.add_text(text, "dim")
        page = QWidget()
        page.setLayout(column(form, 1, margins=(0, 0, ROOMY, 0)))
        if len(form.values()) > _MANY:
            self.add_scrolled(page, title, _HEIGHT)
        else:
            self.body.addWidget(form)
        self.hint, self.problem = (
            label("", "small", wrap=True),
            label("", "small", wrap=True, selectable=True),
        )
        for one in (self.hint, self.problem):
            one.setMinimumWidth(self.minimumWidth() - 2 * GAP)
            one.hide()
        self.problem.setAccessibleName(_("What is wrong"))
        look_again(self.problem, "state", "bad")
        self.body.addLayout(column(self.hint, self.problem, space=TIGHT))
        self.does = button(does, "primary", lambda: self.filled.emit(self.form.values()))
        self.add_buttons(button(_("Cancel"), "", self.reject), self.does)
        self.does.setDefault(True)

    def tell(self, say: Callable[[dict[str, object]], str]) -> None:
        """Say this of the values below the form, whenever they change."""

        def show() -> None:
            words = say(self.form.values())
            self.hint.setText(words)
            self.hint.setVisible(bool(words))

        self.form.changed.connect(show)
        show()

    def show_problem(self, sentence: Sentence) -> None:
        """Nothing was done, for this reason."""
        self.problem.setText(str(sentence))
        self.problem.show()
